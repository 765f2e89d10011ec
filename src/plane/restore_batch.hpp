// Looks at many planes, or puts them back, concurrently.
#pragma once

#include <vector>

#include <kplane/batch_options.hpp>
#include <kplane/plane.hpp>
#include <kplane/restore_result.hpp>

#include "restore/plane_run.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// One end for each plane, in their order. @throws ConfigError when the options are wrong, or a plane belongs to
/// another client
[[nodiscard]] std::vector<RunEnd> run_planes(ClientCore& core, const std::vector<Plane>& planes, const RunPlan& plan,
                                             const BatchOptions& batch);

/// @throws ConfigError; what the runs of Plane::baseline() meet
[[nodiscard]] Baseline take_baseline(const Plane& plane, const BaselineOptions& options);
[[nodiscard]] Vector<RestoreResult> restore_planes(ClientCore& core, const std::vector<Plane>& planes,
                                                   const Baseline& baseline, const RestoreOptions& options,
                                                   const BatchOptions& batch);
[[nodiscard]] Vector<RestoreResult> purge_planes(ClientCore& core, const std::vector<Plane>& planes,
                                                 const PurgeOptions& options, const BatchOptions& batch);
/// @throws NotPristine
void verify_pristine(const Plane& plane, const Baseline& baseline, const GetOptions& options);

}  // namespace kplane::detail
