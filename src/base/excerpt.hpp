// Showing a little of a text that came from elsewhere.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kplane::detail {

/// At most `most` bytes of `text` on one line, in printable ASCII: fit for an error message whatever the text holds.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t most = 120);

/// What comes before an object or a key in a text that was meant for people: an object, in JSON, JSONP or YAML, may be
/// a Secret. Nothing of a text with NUL bytes, such as UTF-16.
[[nodiscard]] std::string_view prose(std::string_view text) noexcept;

}  // namespace kplane::detail
