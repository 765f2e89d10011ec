// Clearing away what a run owned.
#pragma once

#include <functional>
#include <string>

#include <kplane/rl/sweep.hpp>
#include <kplane/stop.hpp>

#include "rl/run/run_store.hpp"

namespace kplane::rl {

/// Whether a run is known to be dead, so that its claim to a plane does not count.
using IsDead = std::function<bool(const std::string& run)>;

/// What a run owns, and what of that others own too.
struct RunProperty {
  PlaneIds planes;       ///< its alone
  PlaneIds kept_planes;  ///< which others have too
  std::vector<Fleet> fleets;
};

[[nodiscard]] RunProperty property_of(const RunStore& store, const std::string& run, const IsDead& is_dead);

/// Purges, and removes. The run's Lease must have been taken by this holder, so that nobody who owns a plane from now
/// on uses it before this is done with it: see wait_until_unswept(). Lease and ledger stay when something else does.
/// @param taken the Lease @param report what became of it. @throws StoppedError; Error when somebody else has the Lease
void clean_up(const RunStore& store, const RunLease& taken, const IsDead& is_dead, SweptRun& report,
              const StopToken& stop);

/// Blocks until none of the planes is being cleared away as somebody else's. They must stand in the ledger of `run`
/// already: of that and of a sweep that begins now, one sees the other. @throws TimeoutError
void wait_until_unswept(const RunStore& store, const std::string& run, const PlaneIds& planes,
                        std::chrono::milliseconds timeout, const StopToken& stop);

}  // namespace kplane::rl
