// Finds a request's credentials in text, in any encoding, and hides them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kplane::detail {

/// Credentials to redact from text that is shown. A server may quote them in a message verbatim, encoded or escaped, so
/// redaction is applied to the final text, after all unescaping.
class Secrets {
 public:
  /// Knows no credentials, but still finds what looks like one: a JSON Web Token, or whatever follows `Bearer`.
  Secrets() = default;

  /// Adds a credential; ignores one of fewer than eight bytes, see blot_out().
  void add(std::string_view value);

  /// Replaces them with asterisks.
  void blot(std::string& text) const noexcept;
  [[nodiscard]] std::string blotted(std::string text) const {
    blot(text);
    return text;
  }

 private:
  std::vector<std::string> values_;
};

/// Creates Secrets lazily: most answers are never quoted. Thread-safe.
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

/// Replaces a credential with asterisks, in any encoding: `\/`, `\u002B`, `%2B`, `&#43;`. One of fewer than eight bytes
/// stays, since the asterisks would reveal where it occurs.
void blot_out(char* text, std::size_t size, std::string_view secret) noexcept;

}  // namespace kplane::detail
