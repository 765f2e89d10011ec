// Parses JSON into a tree. The YAML parser could read most JSON, but a hundred times slower, and without surrogate
// pairs or keys of more than a kilobyte.
#pragma once

#include <cstddef>
#include <string_view>

#include "yaml/tree.hpp"

namespace kplane::yaml {

struct JsonValue {
  TreePtr root;      ///< nullptr when the text does not begin with JSON, or exceeds the limits of trees
  std::size_t size;  ///< in the text, including leading whitespace
};

/// Reads the object or array at the beginning of a text. Ignores what follows.
/// @param position of the text
/// @param document its number, for errors
/// @throws DocumentError when a number is too large, which the YAML parser would read as a string
[[nodiscard]] JsonValue read_json(std::string_view text, TextPosition position, std::size_t document);

}  // namespace kplane::yaml
