// sweep(): clears away what dead runs have left.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <kplane/client.hpp>
#include <kplane/export.hpp>
#include <kplane/stop.hpp>

namespace kplane::rl {

/// How sweep() goes about. A plain aggregate: use designated initialisers.
struct SweepOptions {
  bool dry_run = false;                        ///< says what is dead, and touches nothing
  std::string ns = "default";                  ///< RunOptions::ns
  std::chrono::milliseconds timeout{600'000};  ///< for finding out who lives; then what is found dead is cleared away
  StopToken stop{};                            ///< ends the call early, with StoppedError; it can be repeated
};

/// What became of a run.
enum class RunState {
  alive,      ///< it gave a sign of life, or ended by itself, or somebody else is sweeping it
  undecided,  ///< the time was up before it was clear whether it lives
  dead,       ///< of a dry run: it would be cleared away
  swept,      ///< nothing of it is left
  failed,     ///< something of it is left: SweptRun::error
};

/// A run that sweep() has found.
struct SweptRun {
  std::string id{};                        ///< Run::id()
  std::string holder{};                    ///< host, process and a random number of who last had it; empty: not known
  RunState state = RunState::undecided;    ///< what became of it
  std::vector<std::string> planes{};       ///< the planes that were purged, or of a dry run that would be
  std::vector<std::string> kept_planes{};  ///< those that are in use by others, and were left alone
  std::vector<std::string> fleets{};       ///< the Fleets that were removed, or would be
  std::string error{};                     ///< why something of it is left; empty: nothing is
};

/// Finds the runs of a server whose process has died, and clears away what they owned: purges their planes, those of no
/// Fleet too, removes their Fleets, their ConfigMaps and their Leases. What is alive is never touched, whatever the
/// clocks of the machines say: a run is dead when this very call has seen its Lease unchanged for the Lease's duration.
/// So it blocks for as long as the longest Lease lasts, 30 s by default. Planes that a living run or another Fleet has
/// too are left alone.
///
/// It may be killed at any time, and repeated. Of two that run at once, one takes a run and the other leaves it alone.
/// @return all runs that it met, by their ID @throws ApiError, TransportError, StoppedError; what concerns one run
/// alone is in its SweptRun
KPLANE_API std::vector<SweptRun> sweep(const Client& client, const SweepOptions& options = {});

}  // namespace kplane::rl
