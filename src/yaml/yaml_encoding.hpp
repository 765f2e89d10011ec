// The encoding of a text: UTF-8, or UTF-16, which PowerShell's `>` writes.
#pragma once

#include <string>
#include <string_view>

namespace kplane::yaml {

inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Without leading byte order marks: tools that overlook the first one add a second.
[[nodiscard]] std::string_view without_byte_order_mark(std::string_view text);

/// Converts to UTF-8 without a byte order mark. A text is UTF-16 if it begins with that byte order mark; invalid UTF-16
/// then becomes invalid UTF-8, for find_flaw() to find.
/// @param buffer holds the result if it is not part of the text
[[nodiscard]] std::string_view as_utf8(std::string_view text, std::string& buffer);

}  // namespace kplane::yaml
