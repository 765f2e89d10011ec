// Who manages which fields of an object: the tracking of ordinary writes, and server-side apply.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// The manager of a write.
struct FieldManager {
  std::string name{};
  std::string subresource{};
};

/// Updates `metadata.managedFields` of `after`, the result of an ordinary write to `before`: the manager takes over
/// every field it changed. What a client wrote into managedFields itself counts, unless it is malformed; `[]` and
/// `[{}]` end the tracking.
/// @param before an empty object for a creation
void track_update(const ResourceType& type, const nlohmann::json& before, nlohmann::json& after,
                  const FieldManager& manager);

/// The result of a server-side apply: the configuration merged in, fields removed that the manager used to apply and
/// nobody else manages, and managedFields updated. May contain nulls.
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
