// Safe excerpts of untrusted text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kplane::detail {

/// At most `most` bytes of `text` on one line, in printable ASCII: safe in an error message whatever the text contains.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t most = 120);

/// The part of a text for people before any object or key: an object, in JSON, JSONP or YAML, may be a Secret. Empty
/// for a text with NUL bytes, such as UTF-16.
[[nodiscard]] std::string_view prose(std::string_view text) noexcept;

}  // namespace kplane::detail
