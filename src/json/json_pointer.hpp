// RFC 6901 pointers, read token by token in place.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kplane::json {

/// One reference token: the name of a field, or the index of an element.
class PointerToken {
 public:
  enum class Match {
    no,
    yes,
    escaped,  ///< the name has a JSON escape where they differ: unescape it, then call names()
  };

  /// @param raw with `~0` and `~1` unchanged, from a checked pointer
  explicit PointerToken(std::string_view raw) noexcept : raw_(raw) {}

  /// Compares with a name in raw JSON text. @param raw_name after its opening quote; the closing one ends it
  [[nodiscard]] Match match(const char* raw_name) const noexcept;
  [[nodiscard]] bool names(std::string_view name) const noexcept;
  /// The name, without escapes.
  [[nodiscard]] std::string name() const;
  /// nullopt when the token is not an index (RFC 6901 §4), or is beyond any array that fits into memory.
  [[nodiscard]] std::optional<std::size_t> index() const noexcept;

 private:
  std::string_view raw_;
};

/// A pointer's tokens, from the first to the last.
class JsonPointer {
 public:
  /// @throws ConfigError when `text` is not a JSON pointer, or is more than 1,000 levels deep
  explicit JsonPointer(std::string_view text);

  [[nodiscard]] bool is_empty() const noexcept { return rest_.empty(); }
  /// Takes the first remaining token; there must be one.
  PointerToken take() noexcept;

 private:
  std::string_view rest_;
};

}  // namespace kplane::json
