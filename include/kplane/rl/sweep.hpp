// Removes what dead runs have left behind.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <kplane/client.hpp>
#include <kplane/export.hpp>
#include <kplane/stop.hpp>

namespace kplane::rl {

/// Options of sweep(). A plain aggregate: use designated initialisers.
struct SweepOptions {
  bool dry_run = false;                        ///< report what is dead, but change nothing
  std::string ns = "default";                  ///< RunOptions::ns
  std::chrono::milliseconds timeout{600'000};  ///< for finding out which runs are alive, not for removing the dead ones
  StopToken stop{};                            ///< ends the call early, with StoppedError; it can be repeated
};

/// What sweep() found out about a run, or did with it.
enum class RunState {
  alive,      ///< it renewed its Lease, ended by itself, or another process is sweeping it
  undecided,  ///< the timeout expired before it was clear whether it is alive
  dead,       ///< in a dry run: it would be removed
  swept,      ///< it was removed completely
  failed,     ///< something of it is left: see SweptRun::error
};

/// A run that sweep() has found.
struct SweptRun {
  std::string id{};                        ///< Run::id()
  std::string holder{};                    ///< host, process ID and a random number of its last owner; empty: unknown
  RunState state = RunState::undecided;    ///< what was found or done
  std::vector<std::string> planes{};       ///< the planes that were purged, or in a dry run would be
  std::vector<std::string> kept_planes{};  ///< planes that others also use, which were left alone; where there are more
                                           ///< than 64 dead runs, they may be purged with another one of these
  std::vector<std::string> fleets{};       ///< the Fleets that were removed, or would be
  std::string error{};                     ///< why something of it is left; empty: no error
};

/// Finds the runs of a server whose process has died, and removes what they owned: purges their planes, whether or not
/// of a Fleet, and deletes their Fleets, ConfigMaps and Leases. Living runs are never touched, whatever the machines'
/// clocks say: a run is dead only if this call itself has seen its Lease unchanged for the Lease's duration. It
/// therefore blocks for at least the longest Lease duration, 30 s by default. Planes that also belong to a living run
/// or another Fleet are left alone.
///
/// It may be killed at any time and repeated. Of two concurrent sweeps, only one takes a given run.
/// @return all runs found, sorted by ID @throws ApiError, TransportError, DecodeError, CredentialError, StoppedError;
/// errors of a single run are in its SweptRun
KPLANE_API std::vector<SweptRun> sweep(const Client& client, const SweepOptions& options = {});

}  // namespace kplane::rl
