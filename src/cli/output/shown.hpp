#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kplane::cli {

/// A text from elsewhere as it may be written to a terminal: control characters, and those that change the direction of
/// text, are escaped, line feeds too; what is not UTF-8 becomes `?`.
[[nodiscard]] std::string shown(std::string_view text);
/// The same, of at most `most` bytes, an ellipsis at the end where something is missing.
[[nodiscard]] std::string shown(std::string_view text, std::size_t most);

}  // namespace kplane::cli
