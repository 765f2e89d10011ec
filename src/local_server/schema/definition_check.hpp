// Validation of CustomResourceDefinitions.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/status.hpp"

namespace kplane::testing::server {

/// @param before the definition to be replaced; nullptr for a new one @return the problems
[[nodiscard]] std::vector<Cause> definition_problems(const nlohmann::json& definition,
                                                     const nlohmann::json* before = nullptr);

}  // namespace kplane::testing::server
