// The schemas of OpenAPI documents, from the table of types.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// The components of these types and of all that they are made of: fields without descriptions. A custom type has the
/// schema of its definition.
[[nodiscard]] nlohmann::json openapi_schemas(const std::vector<const ResourceType*>& types);

}  // namespace kplane::testing::server
