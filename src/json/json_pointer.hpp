// JSON pointers (RFC 6901), read token by token in place.
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
    escaped,  ///< the name holds a JSON escape where they differ: unescape it, then ask names()
  };

  /// @param raw with `~0` and `~1` as they stand in a pointer that was checked
  explicit PointerToken(std::string_view raw) noexcept : raw_(raw) {}

  /// Compares with a name as it stands in JSON text. @param raw_name behind its opening quote; its closing one ends it
  [[nodiscard]] Match match(const char* raw_name) const noexcept;
  [[nodiscard]] bool names(std::string_view name) const noexcept;
  /// The name, without escapes.
  [[nodiscard]] std::string name() const;
  /// nullopt when the token is no index (RFC 6901 §4), or beyond any array that fits into memory.
  [[nodiscard]] std::optional<std::size_t> index() const noexcept;

 private:
  std::string_view raw_;
};

/// A pointer's tokens, from the first to the last.
class JsonPointer {
 public:
  /// @throws ConfigError when `text` is no JSON pointer, or more than 1,000 levels deep
  explicit JsonPointer(std::string_view text);

  [[nodiscard]] bool is_empty() const noexcept { return rest_.empty(); }
  /// The first of the tokens that are left; there must be one.
  PointerToken take() noexcept;

 private:
  std::string_view rest_;
};

}  // namespace kplane::json
