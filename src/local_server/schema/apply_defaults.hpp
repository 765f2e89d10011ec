// Defaults of the built-in types' fields, from tables/defaults.json.
#pragma once

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/types/types.hpp"

namespace kplane::testing::server {

/// Fills in missing fields of one object of a type, but not of nested objects.
void apply_defaults(const Type& type, nlohmann::json& object);

/// Fills in what the API server sets when an object is created: its status, and a Job's selector. The object has its
/// name and uid.
void fill_created(const ResourceType& type, nlohmann::json& object);

/// Keeps what the API server set when the object was created, such as a Service's addresses, and counts changes of a
/// DaemonSet's template.
void keep_created(const ResourceType& type, const nlohmann::json& before, nlohmann::json& object);

/// Whether objects of this type have a `metadata.generation`.
[[nodiscard]] bool has_generation(const ResourceType& type);

/// Whether a change increments `metadata.generation`.
[[nodiscard]] bool counts_as_generation(const ResourceType& type, const nlohmann::json& before,
                                        const nlohmann::json& after);

}  // namespace kplane::testing::server
