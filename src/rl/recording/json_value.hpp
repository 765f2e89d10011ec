// Prepares JSON values for a line, and reads small ones from it.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace kplane::rl::recording {

/// The nesting limit for a header's `info`, since readers may be recursive.
inline constexpr std::size_t max_depth = 200;

/// Whether the text is one JSON value, nested at most `depth` deep. Needs memory only for its longest string.
[[nodiscard]] bool is_json(std::string_view text, std::size_t depth);

/// JSON text without line breaks. @param what describes it in errors
/// @throws ConfigError when it is not JSON
[[nodiscard]] std::string json_in_one_line(const std::string& text, std::string_view what);

/// A string with its quotes. @throws ConfigError when it is not UTF-8
[[nodiscard]] std::string json_string(const std::string& text, std::string_view what);

/// Replaces line breaks, which valid JSON has only between tokens.
[[nodiscard]] std::string without_line_breaks(std::string_view text);

/// @return nullopt when the text is not a JSON string
[[nodiscard]] std::optional<std::string> string_of(std::string_view text);

/// @return nullopt when the text is not an integer of this type
template <class Integer>
[[nodiscard]] std::optional<Integer> integer_of(std::string_view text) {
  Integer number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace kplane::rl::recording
