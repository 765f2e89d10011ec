// Validation of CustomResourceDefinitions.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/status.hpp"

namespace kplane::testing::server {

/// @param before the definition that is to be changed; nullptr for a new one @return what is wrong
[[nodiscard]] std::vector<Cause> definition_problems(const nlohmann::json& definition,
                                                     const nlohmann::json* before = nullptr);

}  // namespace kplane::testing::server
