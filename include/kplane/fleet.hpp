// Fleet: a handle on N planes that were declared together.
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

/// N planes declared at once. The handle holds the Fleet as last read; refresh(), scale() and wait_until_ready() renew
/// that.
///
/// Thread safety: as a value: copies are independent, one handle is not for two threads at once when one of them renews
/// it.
/// Cost: making and copying one does no I/O. It may outlive the Client it came from.
/// Errors: every call that does I/O may throw TransportError, ApiError, DecodeError, CredentialError and StoppedError.
class KPLANE_API Fleet {
 public:
  // One that was moved from is as whole as before: a move copies.
  Fleet(const Fleet&) noexcept = default;
  Fleet& operator=(const Fleet&) noexcept = default;
  ~Fleet() = default;
  // A Fleet made of an EphemeralFleet would name planes whose Fleet is removed under it: see EphemeralFleet::release().
  Fleet(EphemeralFleet&) = delete;         // NOLINT(google-explicit-constructor)
  Fleet(const EphemeralFleet&) = delete;   // NOLINT(google-explicit-constructor)
  Fleet(EphemeralFleet&&) = delete;        // NOLINT(google-explicit-constructor)
  Fleet(const EphemeralFleet&&) = delete;  // NOLINT(google-explicit-constructor)
  Fleet& operator=(EphemeralFleet&) = delete;
  Fleet& operator=(const EphemeralFleet&) = delete;
  Fleet& operator=(EphemeralFleet&&) = delete;
  Fleet& operator=(const EphemeralFleet&&) = delete;

  /// @name The Fleet as last read
  /// No I/O. References stay valid until the handle is renewed; a temporary handle returns values.
  /// @{

  /// The Fleet's name.
  [[nodiscard]] const std::string& name() const& noexcept;
  [[nodiscard]] std::string name() &&;
  /// The planes that are wanted.
  [[nodiscard]] const FleetSpec& spec() const& noexcept;
  [[nodiscard]] FleetSpec spec() &&;
  /// What the controller reported.
  [[nodiscard]] const FleetStatus& status() const& noexcept;
  [[nodiscard]] FleetStatus status() &&;
  /// The members that the status names; may be fewer or more than wanted.
  [[nodiscard]] const std::vector<FleetMember>& members() const& noexcept { return status().members; }
  [[nodiscard]] std::vector<FleetMember> members() &&;
  /// `metadata.generation`: grows with each change of the spec.
  [[nodiscard]] std::int64_t generation() const noexcept;
  /// The whole object as sent, with every field that this library does not know.
  [[nodiscard]] const Object& object() const& noexcept;
  [[nodiscard]] Object object() &&;
  /// @}

  /// Whether the Fleet was ready when last read: the controller has seen this generation, and there are as many members
  /// as wanted, all `Ready`, each with a plane's ID of its own (contract §5). No I/O.
  [[nodiscard]] bool is_ready() const;

  /// The planes: the members where the status names all of them, otherwise the IDs that the spec stands for. No I/O.
  /// Empty when the controller refused the spec. @throws DecodeError when a member's ID is not a plane's (see
  /// Client::plane()) or appears twice; FleetError when there are too many planes
  [[nodiscard]] Vector<Plane> planes() const;

  /// Reads all planes() concurrently; the order is theirs. Blocks until the last one is done or its deadline passed.
  [[nodiscard]] Vector<StateResult> states(const StateOptions& options = {}, const BatchOptions& batch = {}) const;

  /// Reads the Fleet again. @throws NotFound when it is gone; FleetReplaced when another one has its name.
  Fleet& refresh();

  /// Asks for `replicas` members. Returns at once; wait_until_ready() waits for them. Only this Fleet object is
  /// changed.
  /// @throws ConfigError when FleetSpec would not allow it, or when the spec has explicit names and a different number;
  /// NotFound when the Fleet is gone; FleetReplaced when another one has its name.
  Fleet& scale(std::int32_t replicas);

  /// Waits until the Fleet is ready and its members are bootstrapped (WaitOptions::bootstrapped), by asking after 50 ms
  /// and then less and less often, at least once a second. A server that is temporarily unreachable does not end the
  /// wait; what waiting does not fix does, such as CredentialError.
  /// @throws FleetError at once when the controller refused the spec or named a member that is no plane; FleetReplaced
  /// when another Fleet has its name; NotFound when the Fleet is gone; TimeoutError that says how many members are
  /// ready and names the first that are not, with their messages; StoppedError.
  void wait_until_ready(const WaitOptions& options = {});
  /// The same with a timeout alone, of any unit.
  template <class Rep, class Period>
  void wait_until_ready(std::chrono::duration<Rep, Period> timeout) {
    WaitOptions options;
    options.timeout = std::chrono::ceil<std::chrono::milliseconds>(timeout);
    wait_until_ready(options);
  }

  /// Calls `fn` with this handle, renewed, for the Fleet as it is and then after each change, until `fn` returns false,
  /// the timeout passes or a stop is requested. Blocks meanwhile. Where a proxy buffers watches, it polls instead.
  /// @throws NotFound when the Fleet is gone; FleetReplaced when another one has its name; what `fn` throws; see
  /// Resource::watch()
  WatchEnd watch(const std::function<bool(const Fleet& fleet)>& fn, const FleetWatchOptions& options = {});

  /// Applies a set to all planes() concurrently; the results are in their order. A plane that fails does not stop the
  /// others. Blocks until the last one is done: each plane has ManifestOptions::timeout (two minutes), all of them
  /// BatchOptions::timeout, if it is set. See Plane::apply(). @throws ConfigError; all else is in the results
  Vector<ManifestResults> apply(const Manifests& manifests, const ManifestOptions& options = {},
                                const BatchOptions& batch = {}, const ManifestProgress& on_progress = {}) const;

  /// Deletes the Fleet object. Its planes stay alive, with what is in them (contract §5).
  /// Only this Fleet object is deleted, not one that was created later under the same name. A requested stop does not
  /// prevent it, so that nothing is left behind.
  /// @return false when it was gone already. When an answer was lost on the way, and the repetition finds no such
  /// Fleet, true: this call may have removed it.
  bool remove() const;

 private:
  friend struct detail::FleetAccess;
  Fleet(std::shared_ptr<detail::ClientCore> core, std::shared_ptr<const detail::FleetRecord> record) noexcept;

  std::shared_ptr<detail::ClientCore> core_;
  std::shared_ptr<const detail::FleetRecord> record_;
};

}  // namespace kplane
