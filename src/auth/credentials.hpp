// Who a client is: tokens, passwords and client certificates, from text or from files that are rotated while the
// program runs.
#pragma once

#include <memory>
#include <string>

#include <kplane/client_options.hpp>

#include "http/message.hpp"

namespace kplane::auth {

/// One thing that was given as text or as the name of a file that holds it.
struct Given {
  std::string text{};
  std::string file{};
  std::string origin{};  ///< the option or field that gave it, for errors

  [[nodiscard]] bool is_empty() const noexcept { return text.empty() && file.empty(); }
};

/// What is empty was not given.
struct CredentialSources {
  Given token{};
  Given certificate{};  ///< PEM
  Given key{};          ///< PEM
  std::string username{};
  std::string password{};
  http::Headers headers{};  ///< further ones that say who the request is from
};

/// Files are read at once, and again whenever they change; while they are broken, what was good until then stays.
/// @return nullptr when nothing was given
/// @throws ConfigError that names the origin and never quotes what it is about: a file cannot be read or is empty, a
/// token has a character that a header must not hold, a certificate comes without its key
[[nodiscard]] std::shared_ptr<http::Credentials> make_credentials(CredentialSources sources);

/// What a Client's options, or a plane's, say of it. @throws ConfigError when something is given twice
[[nodiscard]] CredentialSources sources_of(const ClientOptions& options);
[[nodiscard]] CredentialSources sources_of(const PlaneOptions& options);

}  // namespace kplane::auth
