// CustomResourceDefinitions: what they must look like, and the types that they define.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/base/status.hpp"

namespace kplane::testing::server {

/// Whether a type is that of CustomResourceDefinitions.
[[nodiscard]] bool is_definition(const ResourceType& type);

/// Fills in the names that a definition may leave to the server.
void fill_definition(nlohmann::json& definition);

[[nodiscard]] std::vector<Cause> definition_problems(const nlohmann::json& definition);

/// One type for each version that is served. @param definition one without problems
[[nodiscard]] std::vector<ResourceType> types_of(const nlohmann::json& definition);

/// The status of a definition whose types are served.
[[nodiscard]] nlohmann::json established_status(const nlohmann::json& definition);

}  // namespace kplane::testing::server
