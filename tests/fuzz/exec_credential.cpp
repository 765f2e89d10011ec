// Fuzz target: what an exec plugin says is a credential, or an error that quotes nothing of it.
#include <string>

#include <kplane/error.hpp>

#include "auth/exec_credential.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto credential = kplane::auth::read_exec_credential(kplane::fuzz::text_of(data, size),
                                                               "client.authentication.k8s.io/v1", "plugin");
    kplane::fuzz::require(!credential.token.empty() || !credential.certificate_pem.empty(), "a credential says who");
    kplane::fuzz::require(credential.certificate_pem.empty() == credential.key_pem.empty(), "a certificate has a key");
  } catch (const kplane::CredentialError& error) {
    kplane::fuzz::require(std::string(error.what()).rfind("plugin", 0) == 0, "an error names the plugin");
  }
  return 0;
}
