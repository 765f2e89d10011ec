#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <kplane/export.hpp>
#include <kplane/fleet.hpp>

namespace kplane {

/// Options of Client::ephemeral_fleet().
struct EphemeralOptions {
  /// Adds a random seven-character suffix to the member names. Planes outlive their Fleet, so a second run under the
  /// same names would find what the first one left in them.
  bool fresh_planes = false;
};

/// A Fleet that is removed at scope exit, including on an exception. The destructor blocks for at most the client's
/// request timeout and never throws; call close() to learn whether the removal worked. In a forked child it does
/// nothing: the Fleet is its parent's.
///
/// It has all functions of a Fleet, and converts to `Fleet&` and `const Fleet&`. Copying or moving a Fleet out of it
/// does not compile, since the copy would refer to a Fleet that is about to be removed; release() returns a Fleet.
///
/// Thread safety: one thread at a time. Move-only; a moved-from one is an ordinary handle on the same Fleet.
class KPLANE_API EphemeralFleet {
 public:
  /// Takes ownership; `other` remains an ordinary handle on the Fleet.
  EphemeralFleet(EphemeralFleet&& other) noexcept;
  /// Removes the Fleet that this object owned before.
  EphemeralFleet& operator=(EphemeralFleet&& other) noexcept;
  EphemeralFleet(const EphemeralFleet&) = delete;
  EphemeralFleet& operator=(const EphemeralFleet&) = delete;
  ~EphemeralFleet();

  /// Removes the Fleet now and reports the errors that the destructor would swallow. Does nothing if already closed.
  /// @throws TransportError, ApiError, DecodeError, CredentialError; the Fleet is then still owned, so close() may be
  /// called again.
  void close();

  /// Gives up ownership: the Fleet will not be removed. @return an ordinary handle on it.
  Fleet release() noexcept;

  /// The Fleet, still owned by this object. Deleted for temporaries, whose reference would dangle.
  operator Fleet&() & noexcept { return fleet_; }  // NOLINT(google-explicit-constructor)
  /// The same, read-only.
  operator const Fleet&() const& noexcept { return fleet_; }  // NOLINT(google-explicit-constructor)
  operator const Fleet&() const&& = delete;                   // NOLINT(google-explicit-constructor)

  /// @name As for a Fleet
  /// These call the Fleet's function of the same name: see there.
  /// @{

  /// The Fleet's function of the same name.
  [[nodiscard]] const std::string& name() const& noexcept { return fleet_.name(); }
  [[nodiscard]] std::string name() && { return fleet_.name(); }
  [[nodiscard]] const FleetSpec& spec() const& noexcept { return fleet_.spec(); }
  [[nodiscard]] FleetSpec spec() &&;
  [[nodiscard]] const FleetStatus& status() const& noexcept { return fleet_.status(); }
  [[nodiscard]] FleetStatus status() &&;
  [[nodiscard]] const std::vector<FleetMember>& members() const& noexcept { return fleet_.members(); }
  [[nodiscard]] std::vector<FleetMember> members() &&;
  [[nodiscard]] std::int64_t generation() const noexcept { return fleet_.generation(); }
  [[nodiscard]] const Object& object() const& noexcept { return fleet_.object(); }
  [[nodiscard]] Object object() && { return fleet_.object(); }
  [[nodiscard]] bool is_ready() const { return fleet_.is_ready(); }
  [[nodiscard]] Vector<Plane> planes() const;
  [[nodiscard]] Vector<StateResult> states(const StateOptions& options = {}, const BatchOptions& batch = {}) const;
  Fleet& refresh() { return fleet_.refresh(); }
  Fleet& scale(std::int32_t replicas) { return fleet_.scale(replicas); }
  void wait_until_ready(const WaitOptions& options = {}) { fleet_.wait_until_ready(options); }
  template <class Rep, class Period>
  void wait_until_ready(std::chrono::duration<Rep, Period> timeout) {
    fleet_.wait_until_ready(timeout);
  }
  WatchEnd watch(const std::function<bool(const Fleet& fleet)>& fn, const FleetWatchOptions& options = {});
  Vector<ManifestResults> apply(const Manifests& manifests, const ManifestOptions& options = {},
                                const BatchOptions& batch = {}, const ManifestProgress& on_progress = {}) const;
  bool remove() const { return fleet_.remove(); }
  /// @}

 private:
  friend class Client;
  explicit EphemeralFleet(const Fleet& fleet) noexcept;
  void remove_quietly() noexcept;

  Fleet fleet_;
  int process_;  // that owns it
  bool owned_ = true;
};

}  // namespace kplane
