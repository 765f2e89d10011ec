// JSON text → a tree. YAML's reader could read most of it too, but a hundred times slower, and not the surrogate pairs
// by which JSON writes what lies beyond the basic plane, nor keys of more than a kilobyte.
#pragma once

#include <string_view>

#include "config/tree.hpp"

namespace kplane::config {

/// An object or array.
/// @return nullptr when the text is not JSON, holds a key twice, or exceeds the bounds of trees: YAML's reader can say
/// where
[[nodiscard]] TreePtr read_json(std::string_view text);

}  // namespace kplane::config
