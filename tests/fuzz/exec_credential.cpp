// Fuzz target: what an exec plugin says is a credential, or an error that quotes nothing of it.
#include <string>

#include <kplane/error.hpp>

#include "auth/exec_credential.hpp"
#include "target.hpp"

namespace kplane::fuzz::exec_credential_target {
namespace {

void run(std::string_view text) {
  try {
    const auto credential = kplane::auth::read_exec_credential(text, "client.authentication.k8s.io/v1", "plugin");
    require(!credential.token.empty() || !credential.certificate_pem.empty(), "a credential says who");
    require(credential.certificate_pem.empty() == credential.key_pem.empty(), "a certificate has a key");
  } catch (const kplane::CredentialError& error) {
    require(std::string(error.what()).rfind("plugin", 0) == 0, "an error names the plugin");
  }
}

const Registration registration("exec_credential", run);

}  // namespace
}  // namespace kplane::fuzz::exec_credential_target
