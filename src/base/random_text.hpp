// Random characters for unique names.
#pragma once

#include <cstddef>
#include <string>

namespace kplane::detail {

/// `length` lower case letters and digits, valid in any name.
[[nodiscard]] std::string random_text(std::size_t length);

}  // namespace kplane::detail
