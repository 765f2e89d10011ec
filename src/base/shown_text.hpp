// Makes untrusted text safe for people, terminals and logs.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

namespace kplane::detail {

/// The text with deceptive characters escaped, such as `\u202e`: C0 controls except tab and line feed, C1 controls
/// (U+0080–U+009F), and bidirectional text controls (CVE-2021-42574). Invalid UTF-8 becomes `?`.
[[nodiscard]] std::string without_controls(std::string_view text);

/// The same on one line, with spaces for C0 controls. At most `most` bytes, in whole characters.
[[nodiscard]] std::string shown_line(std::string_view text, std::size_t most = std::numeric_limits<std::size_t>::max());

}  // namespace kplane::detail
