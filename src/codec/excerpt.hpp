// Showing a little of a text that came from elsewhere.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kplane::codec {

/// At most `most` bytes of `text` on one line, in printable ASCII: fit for an error message whatever the text holds.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t most = 120);

}  // namespace kplane::codec
