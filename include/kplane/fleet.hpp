// A handle on planes that were declared together.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <kplane/batch.hpp>
#include <kplane/export.hpp>
#include <kplane/fleet_types.hpp>
#include <kplane/manifests.hpp>
#include <kplane/object.hpp>
#include <kplane/plane.hpp>
#include <kplane/state_options.hpp>
#include <kplane/vector.hpp>
#include <kplane/watch.hpp>

namespace kplane {

class EphemeralFleet;

namespace detail {
struct FleetAccess;
struct FleetRecord;
}  // namespace detail

/// N planes declared at once. The handle holds the Fleet as last read; refresh(), scale(), wait_until_ready() and
/// watch() update it.
///
/// Thread safety: as a value: copies are independent, but one handle must not be used from another thread while it is
/// being updated.
/// Cost: making and copying one does no I/O. It may outlive the Client it came from.
/// Errors: every call that does I/O may throw TransportError, ApiError, DecodeError, CredentialError and StoppedError.
class KPLANE_API Fleet {
 public:
  // A move is a copy: the moved-from object stays usable.
  Fleet(const Fleet&) noexcept = default;
  Fleet& operator=(const Fleet&) noexcept = default;
  ~Fleet() = default;
  // A copy of an EphemeralFleet's Fleet would refer to a Fleet that is about to be removed: see
  // EphemeralFleet::release().
  Fleet(EphemeralFleet&) = delete;         // NOLINT(google-explicit-constructor)
  Fleet(const EphemeralFleet&) = delete;   // NOLINT(google-explicit-constructor)
  Fleet(EphemeralFleet&&) = delete;        // NOLINT(google-explicit-constructor)
  Fleet(const EphemeralFleet&&) = delete;  // NOLINT(google-explicit-constructor)
  Fleet& operator=(EphemeralFleet&) = delete;
  Fleet& operator=(const EphemeralFleet&) = delete;
  Fleet& operator=(EphemeralFleet&&) = delete;
  Fleet& operator=(const EphemeralFleet&&) = delete;

  /// @name The Fleet as last read No I/O. References stay valid until the handle is updated; a temporary handle returns
  /// values. @{

  /// The Fleet's name.
  [[nodiscard]] const std::string& name() const& noexcept;
  [[nodiscard]] std::string name() &&;
  /// The planes that are wanted.
  [[nodiscard]] const FleetSpec& spec() const& noexcept;
  [[nodiscard]] FleetSpec spec() &&;
  /// What the controller reported.
  [[nodiscard]] const FleetStatus& status() const& noexcept;
  [[nodiscard]] FleetStatus status() &&;
  /// The members that the status lists; possibly fewer or more than wanted.
  [[nodiscard]] const std::vector<FleetMember>& members() const& noexcept { return status().members; }
  [[nodiscard]] std::vector<FleetMember> members() &&;
  /// `metadata.generation`: increases with each change of the spec.
  [[nodiscard]] std::int64_t generation() const noexcept;
  /// The whole object as sent, including fields that this library does not know.
  [[nodiscard]] const Object& object() const& noexcept;
  [[nodiscard]] Object object() &&;
  /// @}

  /// Whether the Fleet was ready when last read: the controller has seen this generation, and there are as many members
  /// as wanted, all `Ready`, each with a plane's ID of its own (contract §5). No I/O.
  [[nodiscard]] bool is_ready() const;

  /// The planes: the members if the status lists all of them, otherwise the IDs that the spec implies. No I/O. Empty
  /// when the controller rejected the spec. @throws DecodeError when a member's ID is not a valid plane ID (see
  /// Client::plane()) or appears twice; FleetError when there are too many planes
  [[nodiscard]] Vector<Plane> planes() const;

  /// Reads all planes() concurrently; the results are in their order. Blocks until the last one is done or its deadline
  /// has passed. See Client::states(). @throws ConfigError when an option is invalid; as planes()
  [[nodiscard]] Vector<StateResult> states(const StateOptions& options = {}, const BatchOptions& batch = {}) const;

  /// Reads the Fleet again. @throws NotFound when it is gone; FleetReplaced when another one has its name.
  Fleet& refresh();

  /// Requests `replicas` members. Does not wait for them; wait_until_ready() does. Only this Fleet object is changed.
  /// @throws ConfigError when FleetSpec does not allow the number, or the spec has explicit names and a different
  /// number of them; NotFound when the Fleet is gone; FleetReplaced when another one has its name.
  Fleet& scale(std::int32_t replicas);

  /// Waits until the Fleet is ready and its members are bootstrapped (WaitOptions::bootstrapped), polling after 50 ms
  /// and then less and less often, at least once a second. A server that is temporarily unreachable does not end the
  /// wait; an error that waiting does not fix does, such as CredentialError.
  /// @throws FleetError at once when the controller rejected the spec or listed a member that is not a plane;
  /// FleetReplaced when another Fleet has its name; NotFound when the Fleet is gone; TimeoutError that says how many
  /// members are ready and names the first that are not, with their messages; StoppedError.
  void wait_until_ready(const WaitOptions& options = {});
  /// The same with only a timeout, in any unit.
  template <class Rep, class Period>
  void wait_until_ready(std::chrono::duration<Rep, Period> timeout) {
    WaitOptions options;
    options.timeout = std::chrono::ceil<std::chrono::milliseconds>(timeout);
    wait_until_ready(options);
  }

  /// Calls `fn` with this handle, updated, for the Fleet as it is and then after each change, until `fn` returns false,
  /// the timeout passes or a stop is requested. Blocks meanwhile. If a proxy buffers watches, it polls instead.
  /// @throws NotFound when the Fleet is gone; FleetReplaced when another one has its name; what `fn` throws; see
  /// Resource::watch()
  WatchEnd watch(const std::function<bool(const Fleet& fleet)>& fn, const FleetWatchOptions& options = {});

  /// Applies a set of manifests to all planes() concurrently; the results are in their order. A plane that fails does
  /// not stop the others. Blocks until the last one is done: ManifestOptions::timeout (two minutes by default) bounds
  /// each plane, BatchOptions::timeout, if set, all of them. See Plane::apply(). @throws ConfigError; as planes();
  /// whatever `on_progress` throws, which ends the batch; all else is in the results
  Vector<ManifestResults> apply(const Manifests& manifests, const ManifestOptions& options = {},
                                const BatchOptions& batch = {}, const ManifestProgress& on_progress = {}) const;

  /// Deletes the Fleet object. Its planes stay alive with their contents (contract §5). Only this Fleet object is
  /// deleted, not one that was created later under the same name. It runs even after a stop was requested, so that
  /// nothing is left behind.
  /// @return false when it was already gone; true if the answer was lost and the retry finds no such Fleet, since this
  /// call may have removed it.
  bool remove() const;

 private:
  friend struct detail::FleetAccess;
  Fleet(std::shared_ptr<detail::ClientCore> core, std::shared_ptr<const detail::FleetRecord> record) noexcept;

  std::shared_ptr<detail::ClientCore> core_;
  std::shared_ptr<const detail::FleetRecord> record_;
};

}  // namespace kplane
