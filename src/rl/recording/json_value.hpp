// JSON values on their way into a line.
#pragma once

#include <string>
#include <string_view>

namespace kplane::rl::recording {

/// JSON text without line breaks. @param what it is, for errors
/// @throws ConfigError when it is not JSON
[[nodiscard]] std::string json_in_one_line(const std::string& text, std::string_view what);

/// A string with its quotes. @throws ConfigError when it is not UTF-8
[[nodiscard]] std::string json_string(const std::string& text, std::string_view what);

/// Replaces line breaks, which stand only between the tokens of valid JSON.
[[nodiscard]] std::string without_line_breaks(std::string_view text);

}  // namespace kplane::rl::recording
