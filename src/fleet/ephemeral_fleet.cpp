#include <kplane/ephemeral_fleet.hpp>

#include <utility>

namespace kplane {

EphemeralFleet::EphemeralFleet(const Fleet& fleet) noexcept : fleet_(fleet) {}

// The moved-from object keeps its handle, so that even misusing it is an ordinary call.
EphemeralFleet::EphemeralFleet(EphemeralFleet&& other) noexcept
    : fleet_(other.fleet_),  // NOLINT(performance-move-constructor-init)
      owned_(std::exchange(other.owned_, false)) {}

EphemeralFleet& EphemeralFleet::operator=(EphemeralFleet&& other) noexcept {
  if (this == &other) return *this;
  remove_quietly();
  fleet_ = other.fleet_;
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

void EphemeralFleet::remove_quietly() noexcept {
  try {
    close();
  } catch (...) {  // a destructor cannot report it; the observer has seen the attempts
    owned_ = false;
  }
}

}  // namespace kplane
