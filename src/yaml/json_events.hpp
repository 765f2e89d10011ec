// Parses JSON into a tree. The YAML parser could read most of it, but a hundred times slower, and neither surrogate
// pairs nor keys of more than a kilobyte.
#pragma once

#include <cstddef>
#include <string_view>

#include "yaml/tree.hpp"

namespace kplane::yaml {

struct JsonValue {
  TreePtr root;      ///< nullptr when the text does not begin with JSON, or with more than the bounds of trees allow
  std::size_t size;  ///< in the text, with the blanks before it
};

/// The object or array at the beginning of a text. What follows is not looked at.
/// @param position of the text
/// @param document number of it, for errors
/// @throws DocumentError when a number is too large, which YAML's reader would take for a string
[[nodiscard]] JsonValue read_json(std::string_view text, TextPosition position, std::size_t document);

}  // namespace kplane::yaml
