// Classification of JSON tokens by their text.
#pragma once

#include <optional>
#include <string_view>

namespace kplane::json {

enum class Kind { null, boolean, number, string, array, object };

/// The kind of a value that begins with `first`; the rest is validated when it is converted.
[[nodiscard]] constexpr std::optional<Kind> kind_of(char first) noexcept {
  switch (first) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::string;
    case 't':
    case 'f':
      return Kind::boolean;
    case 'n':
      return Kind::null;
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return Kind::number;
    default:
      return std::nullopt;
  }
}

[[nodiscard]] constexpr std::optional<Kind> kind_of(std::string_view text) noexcept {
  return text.empty() ? std::nullopt : kind_of(text.front());
}

[[nodiscard]] constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

[[nodiscard]] constexpr std::string_view without_trailing_blanks(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return without_trailing_blanks(text);
}

/// Whether the text is a number by RFC 8259 §6, whatever its size.
[[nodiscard]] bool is_number(std::string_view text) noexcept;

}  // namespace kplane::json
