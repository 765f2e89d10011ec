// Secrets: what must not be shown of a request, found however it is spelled.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kplane::detail {

/// Credentials, to be blotted out of a text before people see it. A server may quote them in a message, as they are, in
/// another encoding or escaped; so what is blotted is the text that will be shown, after all unescaping.
class Secrets {
 public:
  /// Knows none, and still finds what looks like a credential: a JSON Web Token, what stands behind `Bearer`.
  Secrets() = default;

  /// A credential; not one of fewer than eight bytes, see blot_out().
  void add(std::string_view value);

  /// Puts asterisks in their place.
  void blot(std::string& text) const noexcept;
  [[nodiscard]] std::string blotted(std::string text) const {
    blot(text);
    return text;
  }

 private:
  std::vector<std::string> values_;
};

/// Where Secrets come from when somebody needs them: most answers are never quoted. Thread-safe.
class SecretSource {
 public:
  SecretSource() = default;
  SecretSource(const SecretSource&) = delete;
  SecretSource& operator=(const SecretSource&) = delete;
  SecretSource(SecretSource&&) = delete;
  SecretSource& operator=(SecretSource&&) = delete;
  virtual ~SecretSource() = default;

  [[nodiscard]] virtual Secrets secrets() const = 0;
};

/// Puts asterisks in the place of one credential, however it is spelled: `\/`, `\u002B`, `%2B`, `&#43;`. One of fewer
/// than eight bytes stays: of that, what is left out would show where it stands.
void blot_out(char* text, std::size_t size, std::string_view secret) noexcept;

}  // namespace kplane::detail
