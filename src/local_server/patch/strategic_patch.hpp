// Strategic merge patch: a merge patch that merges the lists of built-in types item by item. It follows
// k8s.io/apimachinery/pkg/util/strategicpatch.
#pragma once

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// Understands `$patch` (replace, delete), `$retainKeys`, `$deleteFromPrimitiveList` and `$setElementOrder`. New items
/// of a list come first unless an order is set.
/// @throws StatusError 400, 422 or 500 for an invalid patch
[[nodiscard]] nlohmann::json apply_strategic_patch(const ResourceType& type, nlohmann::json document,
                                                   nlohmann::json patch);

}  // namespace kplane::testing::server
