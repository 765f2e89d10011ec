// Strategic merge patch: a merge patch that merges the lists of built-in types item by item.
#pragma once

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// Understands `$patch` (replace, delete, merge), `$retainKeys` and `$deleteFromPrimitiveList`. `$setElementOrder` is
/// taken without effect: items keep their order, and new ones come last.
/// @throws StatusError 400 for a patch that is none
[[nodiscard]] nlohmann::json apply_strategic_patch(const ResourceType& type, nlohmann::json document,
                                                   const nlohmann::json& patch);

}  // namespace kplane::testing::server
