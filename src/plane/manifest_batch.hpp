// Applies a set to, or removes it from, many planes concurrently.
#pragma once

#include <vector>

#include <kplane/batch.hpp>
#include <kplane/manifest_results.hpp>

#include "manifest/manifest_plan.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// What became of the set on each plane, in the order of the planes.
/// @throws ConfigError when the set or the options are wrong, or a plane belongs to another client; what `on_progress`
/// throws
[[nodiscard]] std::vector<ManifestResults> run_manifests(ClientCore& core, const std::vector<Plane>& planes,
                                                         const ManifestPlan& plan, const BatchOptions& batch,
                                                         const ManifestProgress& on_progress);

}  // namespace kplane::detail
