// The openAPIV3Schema of a custom type: what it lets through, what it takes out, and what it fills in.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/status.hpp"

namespace kplane::testing::server {

/// Takes out the fields that the schema does not name, unless it preserves them, and fills in defaults.
/// @return the paths of what was taken out
std::vector<std::string> prune_and_default(const nlohmann::json& schema, nlohmann::json& object);

/// Checks type, nullable, required, enum, minimum and maximum. @return what is wrong
[[nodiscard]] std::vector<Cause> schema_problems(const nlohmann::json& schema, const nlohmann::json& object);

}  // namespace kplane::testing::server
