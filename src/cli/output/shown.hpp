#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kplane::cli {

/// A text from elsewhere as it may be written to a terminal: control characters, and those that change the direction of
/// text, are escaped, line feeds too; what is not UTF-8 becomes `?`.
[[nodiscard]] std::string shown(std::string_view text);
/// The same for text of many lines: line feeds and tabs stay.
[[nodiscard]] std::string shown_lines(std::string_view text);
/// The same, of at most `most` bytes, an ellipsis at the end where something is missing.
[[nodiscard]] std::string shown(std::string_view text, std::size_t most);

/// `a, b, c and 4 more`: not escaped.
[[nodiscard]] std::string joined(const std::vector<std::string>& words, std::size_t most = 6);

/// The text in lines of at most `width` columns, broken at blanks, each but the first behind `indentation` blanks; the
/// first one is to stand behind as many columns of something else. @param width 0: one line
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indentation, std::size_t width);

}  // namespace kplane::cli
