// Who manages which fields of an object: the tracking of ordinary writes, and server-side apply.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// Whom a write is put down to.
struct FieldManager {
  std::string name{};
  std::string subresource{};
};

/// Writes `metadata.managedFields` of `after`, which an ordinary write has made of `before`: the manager takes over
/// every field it changed. Where it changed none, `after` keeps what `before` had.
/// @param before an empty object for a creation
void track_update(const ResourceType& type, const nlohmann::json& before, nlohmann::json& after,
                  const FieldManager& manager);

/// What server-side apply makes of an object: the configuration merged in, fields gone that the manager used to apply
/// and nobody else manages, and managedFields brought up to date.
/// @param live an empty object for a creation
/// @throws StatusError 409 when another manager has a field whose value would change, unless `force`
[[nodiscard]] nlohmann::json server_side_apply(const ResourceType& type, const nlohmann::json& live,
                                               const nlohmann::json& configuration, const FieldManager& manager,
                                               bool force);

}  // namespace kplane::testing::server
