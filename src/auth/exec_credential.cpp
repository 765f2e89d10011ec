#include "auth/exec_credential.hpp"

#include <algorithm>

#include <kplane/error.hpp>

#include "auth/pem.hpp"
#include "codec/rfc3339.hpp"
#include "yaml/field.hpp"
#include "yaml/yaml.hpp"

namespace kplane::auth {

namespace {

void check_version(const yaml::Field& credential, const std::string& api_version) {
  if (credential["kind"].required_text() != "ExecCredential") credential["kind"].fail("is not ExecCredential");
  if (credential["apiVersion"].required_text() != api_version) {
    credential["apiVersion"].fail("is not the configured " + api_version);
  }
}

std::string read_token(const yaml::Field& field) {
  std::string token = field.text();
  const auto printable = [](unsigned char c) { return c > 0x20 && c < 0x7f; };
  if (!std::all_of(token.begin(), token.end(), printable)) {
    field.fail("contains a character that is not valid in an HTTP header");
  }
  return token;
}

/// A time that the clock cannot represent, such as Go's year 1 (unset) or 9999 (never), means no expiry.
std::optional<std::chrono::system_clock::time_point> read_expiry(const yaml::Field& expiry) {
  if (!expiry.is_present()) return std::nullopt;
  const auto time = codec::parse_rfc3339(expiry.required_text());
  if (!time) expiry.fail("is not an RFC 3339 timestamp");
  return codec::is_beyond_clock(*time) ? std::nullopt : time;
}

ExecCredential read_credential(const yaml::Field& credential, const std::string& api_version) {
  check_version(credential, api_version);
  const yaml::Field status = credential["status"];
  if (!status.is_present()) status.fail("is missing");
  ExecCredential found;
  found.token = read_token(status["token"]);
  found.certificate_pem = status["clientCertificateData"].text();
  found.key_pem = status["clientKeyData"].text();
  if (found.token.empty() && found.certificate_pem.empty()) status.fail("has neither token nor clientCertificateData");
  if (found.certificate_pem.empty() != found.key_pem.empty()) {
    status.fail("has only one of clientCertificateData and clientKeyData");
  }
  if (!found.certificate_pem.empty()) {
    check_key_pair(found.certificate_pem, status["clientCertificateData"].origin(), found.key_pem,
                   status["clientKeyData"].origin());
  }
  found.expires_at = read_expiry(status["expirationTimestamp"]);
  return found;
}

}  // namespace

ExecCredential read_exec_credential(std::string_view output, const std::string& api_version,
                                    const std::string& origin) {
  const std::string file = origin + " returned an invalid credential";
  ExecCredential found;
  bool is_document = false;
  try {
    yaml::read_documents(output, [&](std::size_t number, const yaml::TreeNode& root) {
      if (number == 1) found = read_credential(yaml::Field(&root, file, "ExecCredential"), api_version);
      is_document = true;
    });
  } catch (const yaml::DocumentError&) {
    throw CredentialError(file + ": its output is not JSON");
  } catch (const ConfigError& error) {
    throw CredentialError(error.what());
  }
  if (!is_document) throw CredentialError(file + ": its output is empty");
  return found;
}

}  // namespace kplane::auth
