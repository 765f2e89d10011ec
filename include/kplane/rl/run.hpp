// Records what a training run creates, so that the run or another process can remove it.
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
  std::string name = "run";  ///< for people, the first part of id(): at most 40 lower case letters, digits and `-`
  /// The namespace of the root plane in which the run is recorded. Runs in different namespaces, and their sweeps, do
  /// not see each other's records: they must not share planes, except those of Fleets, which are left alone.
  std::string ns = "default";
  /// How long after the last renewal of its Lease the run counts as dead; whole seconds, at least 1. The Lease is
  /// renewed three times per duration.
  std::chrono::seconds lease_duration{30};
  /// How long own() waits for a plane that a sweep is currently purging for a dead run.
  std::chrono::milliseconds sweep_wait{120'000};
};

/// A run of a program, and what it owns: planes, and Fleets with their planes. It is recorded in the root plane by a
/// Lease, which a thread renews while the process lives, and a ConfigMap with the names of its planes, both named
/// `kplane-run-ID`; these and its Fleets have the label `kplane.dev/run`, the Fleets also `kplane.dev/run-namespace`.
/// close(), or the destructor, purges the planes and removes all of this. If the process dies first, sweep() does the
/// same, from any machine.
///
/// A plane is recorded before it is returned, and a Fleet is created with its labels, so nothing is lost however the
/// process ends. A plane that also belongs to another living run, or to a Fleet outside any run, is left alone.
///
/// In a forked child the copy does nothing when destroyed: the run belongs to the parent.
///
/// The Client needs permission to read and write Leases, ConfigMaps and Fleets in the root plane.
///
/// Thread safety: every member may be called from any thread, except close(), moves and the destructor.
/// Cost: a thread, and a small request every third of `lease_duration`; own() makes two or three requests, however many
/// planes it gets. A run can have up to about 10,000 planes.
class KPLANE_API Run {
 public:
  /// Records the run. It keeps working after the Client was stopped (ClientOptions::stop), because that is when it
  /// cleans up. @throws ConfigError when an option is invalid; TransportError, ApiError, DecodeError, CredentialError
  explicit Run(const Client& client, const RunOptions& options = {});
  Run(Run&&) noexcept;             ///< takes over the run; the moved-from one must not be used any more
  Run& operator=(Run&&) noexcept;  ///< closes the run that it replaces, as the destructor does
  /// Calls close(), ignoring its errors; a sweep removes what is then left.
  ~Run();

  /// The run's name with a random suffix, such as `run-x4k2p9`: the value of the label `kplane.dev/run`.
  [[nodiscard]] const std::string& id() const& noexcept;
  [[nodiscard]] std::string id() &&;

  /// A plane of this run, as Client::plane(). @throws ConfigError for the root plane; as own()
  [[nodiscard]] Plane plane(std::string_view cluster, const PlaneOptions& options = {});
  /// Adds planes to this run. Blocks while a sweep is purging one of them for a dead run. @throws ConfigError for the
  /// root plane; TimeoutError after RunOptions::sweep_wait; Error when the run is lost(); ApiError, TransportError,
  /// DecodeError, CredentialError. After an error, do not use the planes
  void own(const std::vector<Plane>& planes);
  /// Creates a Fleet that belongs, with its planes, to this run, as Client::create_fleet().
  /// @throws ConfigError when a member is the root plane, before the Fleet is created; as Client::create_fleet() and
  /// own()
  Fleet create_fleet(std::string_view name, const FleetSpec& spec);
  /// The same, removed at scope exit; its planes still belong to the run.
  [[nodiscard]] EphemeralFleet ephemeral_fleet(std::string_view name, const FleetSpec& spec,
                                               const EphemeralOptions& options = {});

  /// A stop that is requested when the run no longer belongs to this process: its Lease is gone, or a sweep has taken
  /// it because this process or its connection to the server was stalled for too long. Its planes are then being
  /// purged.
  [[nodiscard]] StopToken lost() const noexcept;

  /// Purges the run's planes, concurrently, and removes its Fleets and its record. Blocks until that is done, up to two
  /// minutes per plane. Does nothing once it has succeeded.
  /// @throws Error that says what is left: call it again, or leave it to a sweep, since the Lease is no longer renewed;
  /// std::logic_error in a forked child
  void close();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kplane::rl
