// Applies a set to many planes concurrently, or removes it.
#pragma once

#include <vector>

#include <kplane/batch.hpp>
#include <kplane/manifest_results.hpp>

#include "manifest/manifest_plan.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// The results of each plane, in the order of the planes.
/// @throws ConfigError when the set or an option is invalid, or a plane belongs to another client; whatever
/// `on_progress` throws
[[nodiscard]] std::vector<ManifestResults> run_manifests(ClientCore& core, const std::vector<Plane>& planes,
                                                         const ManifestPlan& plan, const BatchOptions& batch,
                                                         const ManifestProgress& on_progress);

}  // namespace kplane::detail
