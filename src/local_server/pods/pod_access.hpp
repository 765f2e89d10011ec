// Subresources of pods and services for which a real server contacts a kubelet, of which there is none.
#pragma once

#include "local_server/base/answer.hpp"
#include "local_server/rest/rest.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// Answers `log`, `exec`, `attach`, `portforward` and `proxy` of a pod. @throws StatusError for nearly every request;
/// the log of a pod that was not scheduled is empty
[[nodiscard]] Answer answer_pod_access(const Store& store, const RestRequest& request);

}  // namespace kplane::testing::server
