// Leases that a rank holds in a run: its own, and of rank 0 the run's.
#pragma once

#include <chrono>
#include <string>

#include <kplane/rl/shard.hpp>
#include <kplane/stop.hpp>

#include "rl/run/run_store.hpp"

namespace kplane::rl::detail {

// Notes on Leases.
inline constexpr const char* process_note = "kplane.dev/process";  // process_identity() of the holder
inline constexpr const char* launch_note = "kplane.dev/launch";    // of a run: which launch's it is
inline constexpr const char* ranks_note = "kplane.dev/ranks";      // of a run: how many it has
inline constexpr const char* fleet_note = "kplane.dev/fleet";      // of a run: its Fleet once that is ready, NAME/UID
inline constexpr const char* joined_note = "kplane.dev/joined";    // of a rank: the uid of the Lease of its run

/// Who wants to hold what.
struct RankClaim {
  std::string run;
  Shard shard;
  std::string launch;  ///< empty: not known
  std::chrono::seconds duration{0};
  std::chrono::steady_clock::time_point deadline;
  StopToken stop;
};

/// The record of one rank among those of runs.
[[nodiscard]] std::string rank_record(const std::string& run, std::size_t rank);

[[nodiscard]] std::chrono::milliseconds time_left(const RankClaim& claim);

struct HeldRun {
  RunLease lease;
  bool is_taken_over = false;  ///< from a process that is gone: its Fleet is the run's
};

/// Makes the run's Lease, or takes that of an earlier rank 0 over. What is left of another launch is cleared away.
/// @param store one that obeys the caller's stop @throws Error when the run lives; TimeoutError; StoppedError
[[nodiscard]] HeldRun hold_run(const RunStore& store, const RankClaim& claim);

/// Waits until rank 0 has made the run and its Fleet is ready. @return the run's Lease
/// @throws Error when the run is another launch's; TimeoutError; StoppedError
[[nodiscard]] RunLease wait_for_run(const RunStore& store, const RankClaim& claim);

/// Makes the Lease of a rank other than 0, or takes that of its predecessor over. @param joined the Lease of the run
/// @throws as hold_run()
[[nodiscard]] RunLease hold_rank(const RunStore& store, const RankClaim& claim, const RunLease& joined);

}  // namespace kplane::rl::detail
