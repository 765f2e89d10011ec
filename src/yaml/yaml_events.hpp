// Parses YAML into trees from libyaml's events, which tell quoted scalars from plain ones and have positions.
#pragma once

#include <cstddef>

#include "yaml/tree.hpp"
#include "yaml/tree_builder.hpp"
#include "yaml/yaml_text.hpp"

namespace kplane::yaml {

/// What follows a document in its text.
enum class Remainder {
  refused,  ///< must be nothing; and the last line of the text ends, even where it has no line break
  ignored,  ///< is not looked at
};

/// The document of a text without flaws (find_flaw()); nullptr when it is empty.
/// @param number of the document, from 1
/// @throws DocumentError
[[nodiscard]] TreePtr read_yaml(const DocumentText& document, std::size_t number, Remainder remainder,
                                TreeBuilder& builder);

}  // namespace kplane::yaml
