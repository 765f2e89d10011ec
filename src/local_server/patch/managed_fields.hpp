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
/// every field it changed. What a client wrote into managedFields of the object itself counts, unless it cannot be
/// read;
/// `[]` and `[{}]` end the tracking.
/// @param before an empty object for a creation
void track_update(const ResourceType& type, const nlohmann::json& before, nlohmann::json& after,
                  const FieldManager& manager);

/// What server-side apply makes of an object: the configuration merged in, fields gone that the manager used to apply
/// and nobody else manages, and managedFields brought up to date. Nulls may be left in it.
/// @param live an empty object for a creation
/// @throws StatusError 409 when another manager has a field whose value would change, unless `force`; 500 when the
/// configuration is not of the type
[[nodiscard]] nlohmann::json server_side_apply(const ResourceType& type, const nlohmann::json& live,
                                               const nlohmann::json& configuration, const FieldManager& manager,
                                               bool force);

/// managedFields as the `scale` subresource of an object shows them to a write.
[[nodiscard]] nlohmann::json scale_managers(const ResourceType& type, const nlohmann::json& object);
/// Takes over what a write to the `scale` subresource has made of scale_managers().
void take_scale_managers(const ResourceType& type, const nlohmann::json& scale, nlohmann::json& object);

}  // namespace kplane::testing::server
