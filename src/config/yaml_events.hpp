// YAML text → trees, through yaml-cpp's events: unlike its nodes they tell quoted scalars from plain ones, and where
// each value stands.
#pragma once

#include <functional>
#include <string_view>

#include "config/tree.hpp"

namespace kplane::config {

/// Called for each document that is not empty. @param number of the document, from 1
using DocumentFunction = std::function<void(std::size_t number, const TreeNode& root)>;

/// @param text without a byte order mark, and without flaws (find_flaw())
/// @throws DocumentError, after the documents before the broken one were handed over
void read_yaml_documents(std::string_view text, const DocumentFunction& fn);

}  // namespace kplane::config
