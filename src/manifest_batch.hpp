// Applying a set to, or removing it from, many planes concurrently.
#pragma once

#include <vector>

#include <kplane/batch.hpp>
#include <kplane/manifests.hpp>

#include "client_core.hpp"
#include "manifest_plan.hpp"

namespace kplane::detail {

/// What became of the set on each plane, in the order of the planes.
/// @throws ConfigError when the set or the options are wrong, or a plane belongs to another client; what `on_progress`
/// throws
[[nodiscard]] std::vector<ManifestResults> run_manifests(ClientCore& core, const std::vector<Plane>& planes,
                                                         const ManifestPlan& plan, const BatchOptions& batch,
                                                         const ManifestProgress& on_progress);

}  // namespace kplane::detail
