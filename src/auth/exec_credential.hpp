// The object that an exec plugin writes to its standard output.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kplane::auth {

struct ExecCredential {
  std::string token;            ///< empty: none
  std::string certificate_pem;  ///< likewise, and its key with it
  std::string key_pem;
  std::optional<std::chrono::system_clock::time_point> expires_at;
};

/// @param origin of the plugin, for errors, which never quote the output
/// @throws CredentialError when the output is not an ExecCredential of that version with a token, or with a certificate
/// and its key
[[nodiscard]] ExecCredential read_exec_credential(std::string_view output, const std::string& api_version,
                                                  const std::string& origin);

}  // namespace kplane::auth
