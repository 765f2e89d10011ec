// Events, which two groups serve in different shapes. They are stored in that of the core group.
#pragma once

#include <memory>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// The type as which objects of this type are stored: itself for all but events.k8s.io's Events.
[[nodiscard]] const ResourceType& stored_type(const ResourceType& type);
[[nodiscard]] inline bool is_stored_otherwise(const ResourceType& type) { return &stored_type(type) != &type; }

/// Converts an object to the shape in which it is stored.
[[nodiscard]] nlohmann::json as_stored(const ResourceType& type, nlohmann::json object);
/// A stored object in the shape of its type.
[[nodiscard]] nlohmann::json as_served(const ResourceType& type, nlohmann::json stored);

}  // namespace kplane::testing::server
