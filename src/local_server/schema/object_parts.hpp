// The parts of an object that writes to its subresources change.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// Copies a member of the desired object, or removes it if that has none.
void take_member(nlohmann::json& object, const nlohmann::json& desired, const char* field);

/// The object with the status of the desired one, and with the metadata that the type's writes to `status` also change.
/// @throws StatusError 422 for a namespace whose phase is not that of its deletion
[[nodiscard]] nlohmann::json with_status_written(const ResourceType& type, nlohmann::json object,
                                                 const nlohmann::json& desired);

/// An object after a write to `ephemeralcontainers`, `resize` or `approval`.
[[nodiscard]] nlohmann::json with_part_written(const std::string& part, nlohmann::json object,
                                               const nlohmann::json& desired);

}  // namespace kplane::testing::server
