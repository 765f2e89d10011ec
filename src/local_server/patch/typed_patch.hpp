// Checks an applied configuration against its type, before anything is merged.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "local_server/patch/merge_rules.hpp"

namespace kplane::testing::server {

/// What is wrong with a configuration: fields that its type does not have, values of other types, items of a list that
/// cannot be told apart. In the words of sigs.k8s.io/structured-merge-diff; empty: nothing.
[[nodiscard]] std::string typed_patch_problem(const nlohmann::json& configuration, const MergeRules& rules);

}  // namespace kplane::testing::server
