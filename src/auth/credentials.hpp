// Tokens, passwords and client certificates, given as text or in files that are rotated while the program runs.
#pragma once

#include <memory>
#include <string>

#include <kplane/client_options.hpp>

#include "http/message.hpp"

namespace kplane::auth {

/// A value given as text, or as the name of a file that contains it.
struct Given {
  std::string text{};
  std::string file{};
  std::string origin{};  ///< the option or field it came from, for errors

  [[nodiscard]] bool is_empty() const noexcept { return text.empty() && file.empty(); }
};

/// Empty members are unset.
struct CredentialSources {
  Given token{};
  Given certificate{};  ///< PEM
  Given key{};          ///< PEM
  std::string username{};
  std::string password{};
  http::Headers headers{};  ///< additional headers, such as those for impersonation
};

/// Files are read at once, and again whenever they change; while they are invalid, the last valid content is used.
/// @return nullptr when nothing was given
/// @throws ConfigError that names the origin and never quotes the content: a file cannot be read or is empty, a
/// token is not valid in a header, a certificate comes without its key
[[nodiscard]] std::shared_ptr<http::Credentials> make_credentials(CredentialSources sources);

/// From the options of a Client, or a plane. @throws ConfigError when something is given twice
[[nodiscard]] CredentialSources sources_of(const ClientOptions& options);
[[nodiscard]] CredentialSources sources_of(const PlaneOptions& options);

}  // namespace kplane::auth
