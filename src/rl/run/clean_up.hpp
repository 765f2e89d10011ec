// Removes what a run owned.
#pragma once

#include <chrono>
#include <exception>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <kplane/rl/sweep.hpp>
#include <kplane/stop.hpp>

#include "rl/run/run_store.hpp"

namespace kplane::rl {

/// What a run owns, alone or together with others.
struct RunProperty {
  PlaneIds planes;       ///< owned by it alone, or by dead runs only
  PlaneIds kept_planes;  ///< also owned by others
  std::vector<Fleet> fleets;
};

/// What each of these runs owns. Three lists are read, however many runs there are.
/// @param dead their claims to a plane do not count
[[nodiscard]] std::map<std::string, RunProperty> properties_of(const RunStore& store,
                                                               const std::set<std::string>& dead);

/// A run to be removed, and what became of it.
struct CleanedRun {
  RunLease taken;                ///< its Lease, which this process has taken and renews
  SweptRun report{};             ///< its `planes`, `kept_planes` and `fleets` are added to, its `error` set
  std::exception_ptr failure{};  ///< an Error that ended its clean-up; planes that cannot be purged do not
};

/// Purges the planes and removes the rest, except the Leases. Their holder must have taken them, so that nobody who
/// owns a plane from now on uses it before this is done: see wait_until_unswept(). The planes of all are purged
/// together; a plane that only these runs own counts as theirs. The ledger of a run is kept if anything of it is left.
/// @throws StoppedError; any Error of what is read for all of them
void clean_up(const RunStore& store, std::vector<CleanedRun>& runs, const StopToken& stop);

/// The same for one run. @return what became of it @throws its failure
SweptRun clean_up(const RunStore& store, const RunLease& taken, const StopToken& stop);

/// Blocks until no other run with these planes is being cleaned up. The planes must already be in the ledger of `run`,
/// so that a sweep that starts now sees them. @throws TimeoutError
void wait_until_unswept(const RunStore& store, const std::string& run, const PlaneIds& planes,
                        std::chrono::milliseconds timeout, const StopToken& stop);

}  // namespace kplane::rl
