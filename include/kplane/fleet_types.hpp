// Spec, status and members of a Fleet (contract §5), and how to wait for one.
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

/// The planes that are wanted. Checked before any I/O: create_fleet() throws ConfigError, even if only a member's ID
/// would be invalid; see Client::plane().
struct FleetSpec {
  /// How many, from 0 to 15,000: the status of more exceeds what a server can store (contract §10). With more than
  /// 4,000 this may happen too, while they are pending: RequestEvent::warnings says so. See rl::FleetGroup. May be left
  /// 0 with `names`, whose number counts.
  std::int32_t replicas = 0;
  std::string name_prefix{};         ///< member IDs are the prefix and a 4-digit index (5 digits from 10000 on); empty:
                                     ///< `<fleet-name>-`
  std::vector<std::string> names{};  ///< explicit member IDs instead, without duplicates
  std::optional<std::int64_t> ttl_seconds{};  ///< stored, not enforced by today's servers
  /// Labels of the Fleet object, by which Client::list_fleets() can select it; its planes do not get them. The label
  /// `app.kubernetes.io/instance` is reserved for this library (see Client::create_fleet()). In a Fleet that was read:
  /// all its labels except that one and the server's own (contract §10).
  std::map<std::string, std::string> labels{};
  std::map<std::string, std::string> annotations{};  ///< annotations of the Fleet object
};

/// One plane of a Fleet, as its controller last saw it, up to 30 s ago.
struct FleetMember {
  std::string cluster{};  ///< the plane's ID; empty when the controller rejected the spec: `message` then says why, and
                          ///< there is no plane
  std::string phase{};    ///< `Pending`, `Ready`, `Failed`, or a phase of a newer server
  std::string message{};  ///< the controller's reason
  std::optional<std::chrono::system_clock::time_point>
      last_transition_time{};  ///< none when absent or outside the clock's range

  /// Whether the phase is `Ready`.
  [[nodiscard]] bool is_ready() const noexcept { return phase == "Ready"; }
};

/// What the controller reported.
struct FleetStatus {
  std::optional<std::int64_t> observed_generation{};  ///< none until first reconciled
  std::optional<std::int32_t> ready_replicas{};  ///< as sent; can be stale: count ready members instead (contract §5)
  std::vector<FleetMember> members{};            ///< what the controller knows of each plane
};

/// How Fleet::wait_until_ready() waits.
struct WaitOptions {
  std::chrono::milliseconds timeout{
      120'000};  ///< when it expires, the Fleet is read once more, which can add up to a second
  /// Called after each poll of the Fleet, on the waiting thread: members ready, members wanted, time since the wait
  /// began. An exception from it ends the wait and propagates to the caller.
  std::function<void(std::int32_t ready, std::int32_t desired, std::chrono::milliseconds elapsed)> on_progress{};
  /// Probes the members' `/readyz` directly and concurrently, instead of relying on a status that may be 30 s old.
  bool probe_members = false;
  /// Also waits until the members are bootstrapped, that is, accept writes: `Ready` comes earlier (contract §10). Two
  /// small requests for each member that the Client has not seen bootstrapped, concurrently. See
  /// Plane::wait_until_ready(). Without probe_members, a member that rejects the Client's credentials (401) counts as
  /// bootstrapped: a ServiceAccount token of the root plane is valid in no other plane (contract §10).
  bool bootstrapped = true;
  StopToken stop{};  ///< ends the wait early; see StopToken
};

/// How Fleet::watch() runs.
struct FleetWatchOptions {
  std::optional<std::chrono::milliseconds> timeout{};  ///< ends the watch; none: it runs until `fn` or `stop` ends it
  StopToken stop{};                                    ///< ends the watch: WatchEnd::stopped
};

}  // namespace kplane
