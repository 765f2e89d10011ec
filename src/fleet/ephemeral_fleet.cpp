#include <kplane/ephemeral_fleet.hpp>

#include <unistd.h>

#include <utility>

namespace kplane {

EphemeralFleet::EphemeralFleet(const Fleet& fleet) noexcept : fleet_(fleet), process_(::getpid()) {}

// The moved-from object keeps its handle, so that even misusing it is an ordinary call.
EphemeralFleet::EphemeralFleet(EphemeralFleet&& other) noexcept
    : fleet_(other.fleet_),  // NOLINT(performance-move-constructor-init)
      process_(other.process_),
      owned_(std::exchange(other.owned_, false)) {}

EphemeralFleet& EphemeralFleet::operator=(EphemeralFleet&& other) noexcept {
  if (this == &other) return *this;
  remove_quietly();
  fleet_ = other.fleet_;
  process_ = other.process_;
  owned_ = std::exchange(other.owned_, false);
  return *this;
}

EphemeralFleet::~EphemeralFleet() { remove_quietly(); }

void EphemeralFleet::close() {
  if (!owned_) return;
  fleet_.remove();
  owned_ = false;
}

Fleet EphemeralFleet::release() noexcept {
  owned_ = false;
  return fleet_;
}

FleetSpec EphemeralFleet::spec() && { return fleet_.spec(); }

FleetStatus EphemeralFleet::status() && { return fleet_.status(); }

std::vector<FleetMember> EphemeralFleet::members() && { return fleet_.members(); }

Vector<Plane> EphemeralFleet::planes() const { return fleet_.planes(); }

Vector<StateResult> EphemeralFleet::states(const StateOptions& options, const BatchOptions& batch) const {
  return fleet_.states(options, batch);
}

WatchEnd EphemeralFleet::watch(const std::function<bool(const Fleet& fleet)>& fn, const FleetWatchOptions& options) {
  return fleet_.watch(fn, options);
}

Vector<ManifestResults> EphemeralFleet::apply(const Manifests& manifests, const ManifestOptions& options,
                                              const BatchOptions& batch, const ManifestProgress& on_progress) const {
  return fleet_.apply(manifests, options, batch, on_progress);
}

void EphemeralFleet::remove_quietly() noexcept {
  if (process_ != ::getpid()) return;  // a forked child has a copy
  try {
    close();
  } catch (...) {  // a destructor cannot report it; the observer has seen the attempts
    owned_ = false;
  }
}

}  // namespace kplane
