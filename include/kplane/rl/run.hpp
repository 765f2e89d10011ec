// Run: what a training run makes, so that it can be removed, by itself or by somebody else.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/client.hpp>
#include <kplane/export.hpp>
#include <kplane/fleet_types.hpp>
#include <kplane/plane.hpp>
#include <kplane/stop.hpp>

namespace kplane::rl {

/// How a Run is recorded. A plain aggregate: use designated initialisers.
struct RunOptions {
  std::string name = "run";  ///< for people, the beginning of id(): lower case letters, digits and `-`, at most 40
  /// The namespace of the root plane in which the run is recorded. Runs of different namespaces, and their sweeps, do
  /// not see each other's ledgers: they must not share planes, but for those of Fleets, which are left alone.
  std::string ns = "default";
  /// How long after the last sign of life the run counts as dead; whole seconds, from 1. It gives one three times as
  /// often.
  std::chrono::seconds lease_duration{30};
  /// For how long a plane is waited for that a sweep is just clearing away as a dead run's.
  std::chrono::milliseconds sweep_wait{120'000};
};

/// A run of a program, and what it owns: planes, and Fleets with their planes. It is recorded in the root plane: by a
/// Lease, which a thread renews while the process lives, a ConfigMap with the names of its planes, both called
/// `kplane-run-ID`, and the label `kplane.dev/run` of these and of its Fleets, which have `kplane.dev/run-namespace`
/// too. close(), or the destructor, purges the planes and removes all of this. When the process dies before, sweep()
/// does the same, from anywhere.
///
/// A plane is recorded before it is handed out, and a Fleet is labelled from its birth, so that nothing is lost however
/// the process ends. A plane that another living run, or a Fleet of nobody's run, has too is left alone.
///
/// A process that is forked has a copy that does nothing when it is destroyed: the run is its parent's.
///
/// The Client needs the rights to read and write Leases, ConfigMaps and Fleets in the root plane.
///
/// Thread safety: every member may be called from any thread, but for close(), moving and destroying.
/// Cost: a thread, and a small request each third of `lease_duration`; owning planes costs two or three requests,
/// however many they are. Up to some 10,000 planes fit into one run.
class KPLANE_API Run {
 public:
  /// Records the run. It works on after the stop of the Client (ClientOptions::stop), because that is when it cleans
  /// up. @throws ConfigError when an option is wrong; TransportError, ApiError
  explicit Run(const Client& client, const RunOptions& options = {});
  Run(Run&&) noexcept;             ///< takes the run over; the other one is not to be used any more
  Run& operator=(Run&&) noexcept;  ///< closes the one that it replaces, as the destructor does
  /// close(), whose errors nobody hears of; what is left then is a sweep's.
  ~Run();

  /// The run's name with a random ending, such as `run-x4k2p9`: the value of the label `kplane.dev/run`.
  [[nodiscard]] const std::string& id() const& noexcept;
  [[nodiscard]] std::string id() &&;

  /// A plane of this run, as Client::plane(). @throws ConfigError for the root plane; as own()
  [[nodiscard]] Plane plane(std::string_view cluster, const PlaneOptions& options = {});
  /// Makes planes this run's. Where a sweep is just clearing one of them away, because a dead run had it too, blocks
  /// until that is done. @throws ConfigError for the root plane; TimeoutError after RunOptions::sweep_wait; Error when
  /// the run is lost(); ApiError, TransportError: then they are not to be used
  void own(const std::vector<Plane>& planes);
  /// A Fleet of this run, as Client::create_fleet(), whose planes are the run's.
  /// @throws ConfigError for one that names the root plane, before it exists; as Client::create_fleet() and own()
  Fleet create_fleet(std::string_view name, const FleetSpec& spec);
  /// The same, removed at scope exit; its planes stay the run's.
  [[nodiscard]] EphemeralFleet ephemeral_fleet(std::string_view name, const FleetSpec& spec,
                                               const EphemeralOptions& options = {});

  /// A stop that is requested when the run is not this process's any more: its Lease is gone, or a sweep took it,
  /// because this process, or the way to the server, stood still for too long. Its planes are being purged then.
  [[nodiscard]] StopToken lost() const noexcept;

  /// Purges the run's planes, concurrently, removes its Fleets and the record of it. Blocks until that is done, up to
  /// two minutes for a plane. Once it has worked it does nothing.
  /// @throws Error that says what is left; it may be called again, and a sweep does the rest, too, since the run gives
  /// no more signs of life; std::logic_error in a forked process
  void close();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kplane::rl
