// The `scale` subresource: an object seen as an autoscaling/v1 Scale.
#pragma once

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// The type of Scale documents, for the wording of failures and for patching.
[[nodiscard]] const ResourceType& scale_type();

/// @param type one that scales
[[nodiscard]] nlohmann::json scale_of(const ResourceType& type, const nlohmann::json& object);

/// The object with the replicas that a Scale asks for. @throws StatusError 400, 409, 422
[[nodiscard]] nlohmann::json scaled(const ResourceType& type, nlohmann::json object, const nlohmann::json& scale);

}  // namespace kplane::testing::server
