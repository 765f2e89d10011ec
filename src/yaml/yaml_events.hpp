// Builds trees from libyaml's events, which distinguish quoted from plain scalars and have positions.
#pragma once

#include <cstddef>

#include "yaml/tree.hpp"
#include "yaml/tree_builder.hpp"
#include "yaml/yaml_text.hpp"

namespace kplane::yaml {

/// How to treat text after the document.
enum class Remainder {
  refused,  ///< an error; the last line counts as ended even without a line break
  ignored,  ///< ignored
};

/// Parses the document of a text without flaws (find_flaw()); nullptr when it is empty.
/// @param number of the document, from 1
/// @throws DocumentError
[[nodiscard]] TreePtr read_yaml(const DocumentText& document, std::size_t number, Remainder remainder,
                                TreeBuilder& builder);

}  // namespace kplane::yaml
