// The encoding of a text: UTF-8, or UTF-16, which PowerShell's `>` writes.
#pragma once

#include <string>
#include <string_view>

namespace kplane::yaml {

inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Without the byte order marks at its beginning: tools that do not see the first one write a second.
[[nodiscard]] std::string_view without_byte_order_mark(std::string_view text);

/// UTF-8 without a byte order mark. A text is UTF-16 when it begins with the byte order mark of that; what is not
/// UTF-16 then becomes a byte that is not UTF-8 either, for find_flaw() to find.
/// @param buffer holds the result where it is not a part of the text
[[nodiscard]] std::string_view as_utf8(std::string_view text, std::string& buffer);

}  // namespace kplane::yaml
