// What a write to a subresource of an object changes of it.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// Gives an object the member that the desired one has, or takes it out where that has none.
void take_member(nlohmann::json& object, const nlohmann::json& desired, const char* field);

/// An object with the status of the desired one, and with what the type's writes to `status` take along of its
/// metadata. @throws StatusError 422 for a namespace whose phase is not that of its deletion
[[nodiscard]] nlohmann::json with_status_written(const ResourceType& type, nlohmann::json object,
                                                 const nlohmann::json& desired);

/// An object after a write to `ephemeralcontainers`, `resize` or `approval`.
[[nodiscard]] nlohmann::json with_part_written(const std::string& part, nlohmann::json object,
                                               const nlohmann::json& desired);

}  // namespace kplane::testing::server
