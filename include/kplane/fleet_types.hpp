// What a Fleet is made of: spec, status, members (contract §5), and how to wait for one.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <kplane/stop.hpp>

namespace kplane {

/// The planes that are wanted. Checked before any I/O: create_fleet() throws ConfigError, also if a member's ID would
/// be invalid; see Client::plane().
struct FleetSpec {
  /// How many; from 0 to 15,000: the status of more does not fit into what a server can store (contract §10). With more
  /// than 4,000 that may happen too, while they are pending: RequestEvent::warnings says so. See rl::FleetGroup. With
  /// `names` it may be left 0: their number counts.
  std::int32_t replicas = 0;
  std::string name_prefix{};         ///< member IDs are the prefix and a 4-digit index (5 from 10000 on); empty:
                                     ///< `<fleet-name>-`
  std::vector<std::string> names{};  ///< explicit member IDs instead, without duplicates
  std::optional<std::int64_t> ttl_seconds{};  ///< stored, not enforced by today's servers
  /// Labels of the Fleet object, by which Client::list_fleets() finds it; its planes have none of them. The label
  /// `app.kubernetes.io/instance` is this library's (see Client::create_fleet()) and must not be among them. Of a Fleet
  /// that was read: those that it has, but for that one and the server's own (contract §10).
  std::map<std::string, std::string> labels{};
  std::map<std::string, std::string> annotations{};  ///< annotations of the Fleet object
};

/// One plane of a Fleet, as its controller last saw it. That may be 30 s ago.
struct FleetMember {
  std::string cluster{};  ///< the plane's ID; empty when the controller refused the spec: `message` says why, and
                          ///< this is no plane
  std::string phase{};    ///< `Pending`, `Ready`, `Failed`, or what a newer server says
  std::string message{};  ///< the controller's reason
  std::optional<std::chrono::system_clock::time_point>
      last_transition_time{};  ///< none also if it is outside the clock's range

  /// Whether the phase is `Ready`.
  [[nodiscard]] bool is_ready() const noexcept { return phase == "Ready"; }
};

/// What the controller reported.
struct FleetStatus {
  std::optional<std::int64_t> observed_generation{};  ///< none until first reconciled
  std::optional<std::int32_t>
      ready_replicas{};                ///< as sent, and sometimes stale: count ready members instead (contract §5)
  std::vector<FleetMember> members{};  ///< what the controller knows of each plane
};

/// How Fleet::wait_until_ready() waits.
struct WaitOptions {
  std::chrono::milliseconds timeout{
      120'000};  ///< the Fleet is read once more when it passes; a server that stalls then adds a second
  /// Called after each look at the Fleet, on the waiting thread: members ready, members wanted, time since the wait
  /// began. What it throws ends the wait and reaches the caller.
  std::function<void(std::int32_t ready, std::int32_t desired, std::chrono::milliseconds elapsed)> on_progress{};
  /// Asks the members' `/readyz` from here, concurrently, instead of waiting for a status that may be 30 s old.
  bool probe_members = false;
  /// Waits until the members are bootstrapped too, that is, can be written to: `Ready` is said before (contract §10).
  /// Two small requests for each member that the Client has not seen bootstrapped, concurrently. See
  /// Plane::wait_until_ready(). Without probe_members, a member that does not know the Client's credentials (401)
  /// counts as bootstrapped too: a ServiceAccount token of the root plane is known in no other (contract §10).
  bool bootstrapped = true;
  StopToken stop{};  ///< ends the wait early; see StopToken
};

/// How Fleet::watch() runs.
struct FleetWatchOptions {
  std::optional<std::chrono::milliseconds> timeout{};  ///< ends the watch; none: it runs until `fn` or `stop` ends it
  StopToken stop{};                                    ///< ends the wait early; see StopToken
};

}  // namespace kplane
