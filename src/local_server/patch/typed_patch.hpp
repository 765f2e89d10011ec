// Checks an applied configuration against its type, before anything is merged.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "local_server/patch/merge_rules.hpp"

namespace kplane::testing::server {

/// The problems of a configuration: unknown fields, values of wrong types, duplicate list items. Worded as in
/// sigs.k8s.io/structured-merge-diff; empty: none.
[[nodiscard]] std::string typed_patch_problem(const nlohmann::json& configuration, const MergeRules& rules);

}  // namespace kplane::testing::server
