// Removes what a run owned.
#pragma once

#include <functional>
#include <string>

#include <kplane/rl/sweep.hpp>
#include <kplane/stop.hpp>

#include "rl/run/run_store.hpp"

namespace kplane::rl {

/// Whether a run is known to be dead, so that its claim to a plane does not count.
using IsDead = std::function<bool(const std::string& run)>;

/// What a run owns, alone or together with others.
struct RunProperty {
  PlaneIds planes;       ///< owned by it alone
  PlaneIds kept_planes;  ///< also owned by others
  std::vector<Fleet> fleets;
};

[[nodiscard]] RunProperty property_of(const RunStore& store, const std::string& run, const IsDead& is_dead);

/// Purges the planes and removes the rest. This holder must have taken the run's Lease, so that nobody who owns a plane
/// from now on uses it before this is done: see wait_until_unswept(). Lease and ledger are kept if anything is left.
/// @param taken the Lease @param report the results. @throws StoppedError; Error when another process has the Lease
void clean_up(const RunStore& store, const RunLease& taken, const IsDead& is_dead, SweptRun& report,
              const StopToken& stop);

/// Blocks until no other run with these planes is being cleaned up. The planes must already be in the ledger of `run`,
/// so that a sweep that starts now sees them. @throws TimeoutError
void wait_until_unswept(const RunStore& store, const std::string& run, const PlaneIds& planes,
                        std::chrono::milliseconds timeout, const StopToken& stop);

}  // namespace kplane::rl
