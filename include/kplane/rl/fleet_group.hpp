// FleetGroup: more planes than one Fleet holds.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/batch_options.hpp>
#include <kplane/client.hpp>
#include <kplane/export.hpp>
#include <kplane/fleet.hpp>
#include <kplane/fleet_types.hpp>
#include <kplane/plane.hpp>
#include <kplane/state_options.hpp>
#include <kplane/vector.hpp>

namespace kplane::rl {

/// How a FleetGroup spreads its planes. A plain aggregate: use designated initialisers.
struct FleetGroupOptions {
  /// How many planes each Fleet has, but for the last one: from 1 to 4,000. A server writes the status of a Fleet as
  /// one object, and sends it to everybody who watches, each time that a member changes (contract §10).
  std::int32_t planes_per_fleet = 3'000;
};

/// N planes declared at once, as a Fleet is, but spread over as many Fleets as it takes, since the status of one must
/// fit into what a server can store (contract §10). The Fleets are called `NAME-000`, `NAME-001` and so on, have the
/// label `kplane.dev/fleet-group`, and are filled one after the other. The handle holds them as last read.
///
/// Thread safety: as a value: copies are independent, one handle is not for two threads at once when one of them renews
/// it.
/// Cost: as that many Fleets, one after the other; making and copying a handle does no I/O.
/// Errors: every call that does I/O may throw TransportError, ApiError, DecodeError, CredentialError and StoppedError.
class KPLANE_API FleetGroup {
 public:
  /// The group's name.
  [[nodiscard]] const std::string& name() const& noexcept { return name_; }
  [[nodiscard]] std::string name() && { return std::move(name_); }
  /// Its Fleets, in their order.
  [[nodiscard]] const std::vector<Fleet>& fleets() const& noexcept { return fleets_; }
  [[nodiscard]] Vector<Fleet> fleets() && { return std::move(fleets_); }
  /// How many planes are wanted.
  [[nodiscard]] std::int64_t replicas() const noexcept;
  /// Whether all Fleets were ready when last read. No I/O.
  [[nodiscard]] bool is_ready() const;
  /// The planes of all Fleets, in their order. No I/O. @throws as Fleet::planes()
  [[nodiscard]] Vector<Plane> planes() const;

  /// Reads all planes() concurrently; the order is theirs. Holds all snapshots in memory; for_each_state() does not.
  /// @throws as Client::states()
  [[nodiscard]] Vector<StateResult> states(const StateOptions& options = {}, const BatchOptions& batch = {}) const;
  /// The same, but hands each result over as it arrives. @throws as Client::for_each_state()
  void for_each_state(const std::function<void(StateResult)>& fn, const StateOptions& options = {},
                      const BatchOptions& batch = {}) const;

  /// Waits until all Fleets are ready, one after the other, for WaitOptions::timeout in all; `on_progress` is told the
  /// sums. @throws as Fleet::wait_until_ready()
  void wait_until_ready(const WaitOptions& options = {});
  /// The same with a timeout alone, of any unit.
  template <class Rep, class Period>
  void wait_until_ready(std::chrono::duration<Rep, Period> timeout) {
    WaitOptions options;
    options.timeout = std::chrono::ceil<std::chrono::milliseconds>(timeout);
    wait_until_ready(options);
  }

  /// Reads all Fleets again. @throws NotFound when one is gone; FleetReplaced
  FleetGroup& refresh();
  /// Asks for so many planes: fills the last Fleet, makes more, or removes the last ones. Returns at once;
  /// wait_until_ready() waits. Planes of Fleets that are removed stay alive (contract §5). When it throws, what it did
  /// until then stays done, and it may be called again. @throws ConfigError when FleetSpec would not allow it, or the
  /// Fleets have explicit names; as Fleet::scale() and Client::create_fleet()
  FleetGroup& scale(std::int32_t replicas);
  /// Deletes all Fleet objects of this handle; the planes stay alive (contract §5).
  /// @return false when all were gone already @throws what the first one that could not be removed met, after all
  /// others were; it may be called again
  bool remove() const;

 private:
  FleetGroup(Client client, std::string name, FleetSpec spec, std::int32_t planes_per_fleet);
  friend KPLANE_API FleetGroup create_fleet_group(const Client& client, std::string_view name, const FleetSpec& spec,
                                                  const FleetGroupOptions& options);
  friend KPLANE_API std::optional<FleetGroup> find_fleet_group(const Client& client, std::string_view name);

  void add_fleets(std::int32_t replicas);
  void remove_quietly() const noexcept;
  [[nodiscard]] std::int32_t share_of(std::size_t index, std::int32_t replicas) const noexcept;
  [[nodiscard]] FleetSpec next_spec(std::size_t index, std::int32_t replicas) const;

  Client client_;
  std::string name_;
  FleetSpec spec_;  ///< of the Fleet that comes next, but for its size
  std::int32_t planes_per_fleet_;
  std::vector<Fleet> fleets_;
};

/// Declares a group of Fleets. Returns at once; FleetGroup::wait_until_ready() waits for its planes. When one Fleet
/// cannot be made, those before it are removed.
/// @param spec as of a Fleet, but `replicas` and `names` are not bounded. The planes are called as those of the Fleets,
/// `NAME-000-0000`; with `name_prefix`, the prefix comes instead of `NAME-`; `names` are shared out in their order
/// @throws ConfigError when an argument is wrong; as Client::create_fleet(), such as AlreadyExists when there is a
/// group of that name
[[nodiscard]] KPLANE_API FleetGroup create_fleet_group(const Client& client, std::string_view name,
                                                       const FleetSpec& spec, const FleetGroupOptions& options = {});
/// A handle on a group that may be absent. @return nullopt when there is no Fleet of such a group
/// @throws as Client::list_fleets()
[[nodiscard]] KPLANE_API std::optional<FleetGroup> find_fleet_group(const Client& client, std::string_view name);

}  // namespace kplane::rl
