// Reads or restores many planes concurrently.
#pragma once

#include <vector>

#include <kplane/batch_options.hpp>
#include <kplane/plane.hpp>
#include <kplane/restore_result.hpp>

#include "restore/plane_run.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// One result for each plane, in their order. @throws ConfigError when an option is invalid, or a plane belongs to
/// another client
[[nodiscard]] std::vector<RunEnd> run_planes(ClientCore& core, const std::vector<Plane>& planes, const RunPlan& plan,
                                             const BatchOptions& batch);

/// @throws as Plane::baseline()
[[nodiscard]] Baseline take_baseline(const Plane& plane, const BaselineOptions& options);
[[nodiscard]] Vector<RestoreResult> restore_planes(ClientCore& core, const std::vector<Plane>& planes,
                                                   const Baseline& baseline, const RestoreOptions& options,
                                                   const BatchOptions& batch);
[[nodiscard]] Vector<RestoreResult> purge_planes(ClientCore& core, const std::vector<Plane>& planes,
                                                 const PurgeOptions& options, const BatchOptions& batch);
/// @throws NotPristine
void verify_pristine(const Plane& plane, const Baseline& baseline, const GetOptions& options);

}  // namespace kplane::detail
