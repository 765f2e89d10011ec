// Character classes for names, labels and plane IDs: ASCII only, whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace kplane::testing::server {

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

[[nodiscard]] constexpr bool is_lower_alphanumeric(char c) noexcept { return (c >= 'a' && c <= 'z') || is_digit(c); }

[[nodiscard]] constexpr bool is_alphanumeric(char c) noexcept {
  return is_lower_alphanumeric(c) || (c >= 'A' && c <= 'Z');
}

[[nodiscard]] constexpr bool starts_with(std::string_view text, std::string_view start) noexcept {
  return text.substr(0, start.size()) == start;
}

[[nodiscard]] inline std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace kplane::testing::server
