// Making text from elsewhere fit for people, terminals and logs.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

namespace kplane::detail {

/// The text with what a terminal or a reader could be deceived by written as escapes, such as `\u202e`: C0 controls but
/// tab and line feed, C1 controls (U+0080–U+009F), and the controls of writing direction (CVE-2021-42574). What is not
/// UTF-8 becomes `?`.
[[nodiscard]] std::string without_controls(std::string_view text);

/// The same on one line, with blanks for C0 controls. At most `most` bytes, of whole characters.
[[nodiscard]] std::string shown_line(std::string_view text, std::size_t most = std::numeric_limits<std::size_t>::max());

}  // namespace kplane::detail
