// join_fleet(): one Fleet for all processes of a launch, and how these wait for each other without MPI.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <kplane/client.hpp>
#include <kplane/export.hpp>
#include <kplane/fleet.hpp>
#include <kplane/fleet_types.hpp>
#include <kplane/plane.hpp>
#include <kplane/rl/shard.hpp>
#include <kplane/stop.hpp>
#include <kplane/vector.hpp>

namespace kplane::rl {

/// How join_fleet() goes about. A plain aggregate: use designated initialisers.
struct JoinOptions {
  std::chrono::milliseconds timeout{120'000};  ///< for all of it: until the Fleet is ready, and this rank has joined
  std::optional<Shard> shard{};                ///< none: Shard::from_env()

  /// A text that is the same in all processes of this launch, and another one in each other launch; empty: what the
  /// launcher says, see run_id_from_env(). With it two launches that have the same run ID are told apart at once.
  std::string launch{};
  std::string ns = "default";  ///< RunOptions::ns

  /// RunOptions::lease_duration, of the run and of each rank. A rank that restarts on another machine waits for so
  /// long, and the others learn within three times as long that rank 0 is gone.
  std::chrono::seconds lease_duration{30};
  StopToken stop{};  ///< ends the call early, and the collective operations of what it returns, with StoppedError
};

/// A Fleet that all ranks of a run share, as one of them has it: see join_fleet(). Beside it stand the few collective
/// operations that trainers need where there is no MPI. Each is a write of a small object in the root plane and a
/// watch, and sleeps while it waits. All ranks must call the same ones in the same order.
///
/// Rank 0 owns the run: its close(), or destructor, purges the planes and removes the Fleet and the records of the run,
/// so let it come after a barrier(). What the others have is removed by theirs.
///
/// A process that is forked has a copy that does nothing when it is destroyed.
///
/// Thread safety: every const member may be called from any thread; the others from one at a time.
/// Cost: a thread, two beside rank 0, and a small request of each every third of `lease_duration`.
class KPLANE_API JoinedFleet {
 public:
  JoinedFleet(JoinedFleet&&) noexcept;             ///< takes it over; the other one is not to be used any more
  JoinedFleet& operator=(JoinedFleet&&) noexcept;  ///< closes the one that it replaces, as the destructor does
  /// close(), whose errors nobody hears of; what is left then is a sweep's.
  ~JoinedFleet();

  /// The run's Fleet, as it was when this rank joined.
  [[nodiscard]] const Fleet& fleet() const& noexcept;
  [[nodiscard]] Fleet fleet() &&;
  /// Which rank this is, of how many.
  [[nodiscard]] const Shard& shard() const noexcept;
  /// The planes of all ranks, in the same order everywhere.
  [[nodiscard]] Vector<Plane> planes() const;
  /// Those of this rank: `shard().of(planes())`.
  [[nodiscard]] Vector<Plane> own_planes() const;

  /// A stop that is requested when the Fleet is not to be used any more: the run has ended, rank 0 gives no sign of
  /// life (within three times JoinOptions::lease_duration), or this rank was taken for dead.
  [[nodiscard]] StopToken lost() const noexcept;
  /// Why; empty while it is not lost.
  [[nodiscard]] std::string why_lost() const;

  /// Returns when all ranks have called it. @throws TimeoutError that names the ranks which have not come, at rank 0;
  /// Error when the run is lost(); StoppedError; ApiError, TransportError. After any of them it may be called again.
  void barrier(std::chrono::milliseconds timeout = std::chrono::minutes{10});
  /// Collects a text of each rank. Returns when rank 0 has all of them. @return at rank 0 those of all, by rank; else
  /// nothing @param text UTF-8, at most 1,000,000 bytes @throws ConfigError when it is not; as barrier()
  [[nodiscard]] Vector<std::string> gather(std::string_view text,
                                           std::chrono::milliseconds timeout = std::chrono::minutes{10});
  /// Hands a text of rank 0 to all. @param text as of gather(), of rank 0; of others it does not count
  /// @return the text of rank 0 @throws as gather()
  [[nodiscard]] std::string broadcast(std::string_view text,
                                      std::chrono::milliseconds timeout = std::chrono::minutes{10});
  /// Collects a text of each rank, and hands to all what rank 0 makes of them: what gather() and broadcast() do, in
  /// one.
  /// @param make called at rank 0 alone, with the texts of all by rank; what it throws reaches the caller there, and
  /// the others go on waiting @param text as of gather(), and so what `make` returns @throws as gather()
  [[nodiscard]] std::string reduce(std::string_view text,
                                   const std::function<std::string(const Vector<std::string>& texts)>& make,
                                   std::chrono::milliseconds timeout = std::chrono::minutes{10});
  /// How many collective operations are done. A rank that has restarted takes part from the next one on: when this is
  /// `n`, the others wait in, or are before, operation `n + 1`.
  [[nodiscard]] std::int64_t completed() const noexcept;

  /// Ends this rank's part. Rank 0 purges the planes, and removes the Fleet first: as Run::close(). Once it has worked
  /// it does nothing. @throws as Run::close()
  void close();

 private:
  class Impl;
  explicit JoinedFleet(std::unique_ptr<Impl> impl) noexcept;
  friend KPLANE_API JoinedFleet join_fleet(const Client& client, std::string_view run_id, const FleetSpec& spec,
                                           const JoinOptions& options);
  std::unique_ptr<Impl> impl_;
};

/// Lets all ranks of a launch share one Fleet. Rank 0 makes it, named after the run with a random ending, so that it is
/// never one that was there before; the others wait until it is ready. It is a Fleet of a Run whose ID is `run_id`:
/// when rank 0 is gone for good, sweep() clears it away.
///
/// No clock of another machine counts: a rank believes in a run when it has itself seen a sign of its life, and takes a
/// process for dead when it has itself seen none for as long as its Lease lasts.
///
/// A rank that restarts calls this again and finds its planes. It waits until its predecessor's Lease has run out,
/// unless that was a process of this machine that is gone. So does rank 0: it takes the run over when the launch is the
/// same (JoinOptions::launch), or another rank of it lives; else it clears away what it finds and begins anew.
///
/// Blocks until the Fleet is ready, and for at most JoinOptions::timeout.
/// @param run_id as run_id_from_env() makes it; lower case letters, digits and `-`, at most 50, beginning with a letter
/// or digit @param spec of the Fleet; rank 0's counts
/// @throws ConfigError when an argument, or the environment, is wrong; TimeoutError that says what was missing; Error
/// when another living process has this rank of the run, or the run is another launch's; as Client::create_fleet() and
/// Fleet::wait_until_ready()
[[nodiscard]] KPLANE_API JoinedFleet join_fleet(const Client& client, std::string_view run_id, const FleetSpec& spec,
                                                const JoinOptions& options = {});
/// The same with a timeout alone.
[[nodiscard]] KPLANE_API JoinedFleet join_fleet(const Client& client, std::string_view run_id, const FleetSpec& spec,
                                                std::chrono::milliseconds timeout);

}  // namespace kplane::rl
