// Random characters, for names that no other run has taken.
#pragma once

#include <cstddef>
#include <string>

namespace kplane::detail {

/// So many lower case letters and digits: they may stand in any name.
[[nodiscard]] std::string random_text(std::size_t length);

}  // namespace kplane::detail
