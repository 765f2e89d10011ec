// JSONPath as CustomResourceDefinitions use it for their columns.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

/// What a path such as `.status.conditions[?(@.type=="Ready")].status` finds first; nullptr when that is nothing. It
/// knows members, indexes, `[*]`, and filters that compare a member with a string.
[[nodiscard]] const nlohmann::json* find_by_json_path(const nlohmann::json& object, const std::string& path);

}  // namespace kplane::testing::server
