// Secrets: what must not be shown of a request, found however it is spelled.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace kplane::http {

/// Credentials, to be blotted out of a text before people see it. A server may quote them in a message, as they are, in
/// another encoding or escaped; so what is blotted is the text that will be shown, after all unescaping.
class Secrets {
 public:
  /// Knows none, and still finds what looks like a credential: a JSON Web Token, what stands behind `Bearer`.
  Secrets() = default;

  /// What a request was authorized by: its identity, and what its own headers and query hold of that kind.
  void add_request(const Request& request, const Identity& identity);
  /// The user and the password in a proxy's URL, if any.
  void add_proxy(std::string_view url);
  /// The value when the name says that it is secret.
  void add_named(std::string_view name, std::string_view value);
  /// A credential; not one of fewer than eight bytes, see blot_out().
  void add(std::string_view value);

  /// Puts asterisks in their place.
  void blot(std::string& text) const noexcept;
  [[nodiscard]] std::string blotted(std::string text) const {
    blot(text);
    return text;
  }

 private:
  void add_authorization(std::string_view value);

  std::vector<std::string> values_;
};

/// Puts asterisks in the place of one credential, however it is spelled: `\/`, `\u002B`, `%2B`, `&#43;`. One of fewer
/// than eight bytes stays: of that, what is left out would show where it stands.
void blot_out(char* text, std::size_t size, std::string_view secret) noexcept;

}  // namespace kplane::http
