// Pod actions by POST to a subresource: binding to a node, and eviction.
#pragma once

#include "local_server/base/answer.hpp"
#include "local_server/rest/rest.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// Assigns a pod to a node, which need not exist. The request's name may be empty: the Binding then names the pod.
/// @throws StatusError
[[nodiscard]] Answer bind_pod(Store& store, const RestRequest& request);

/// Deletes a pod unless a PodDisruptionBudget forbids it. Nobody maintains the budgets of a plane without controllers:
/// what was not written to their status forbids the eviction of every running pod. @throws StatusError
[[nodiscard]] Answer evict_pod(Store& store, const RestRequest& request);

}  // namespace kplane::testing::server
