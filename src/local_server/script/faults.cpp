#include "local_server/script/faults.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kplane::testing::server {
namespace {

constexpr std::array<Cut, 3> kCuts = {Cut::before, Cut::after, Cut::inside};

bool matches(const Fault& fault, const std::string& method, const std::string& path) {
  if (!fault.method.empty() && fault.method != method) return false;
  return path.find(fault.path_contains) != std::string::npos;
}

}  // namespace

void Faults::add(Fault fault) {
  if (fault.times == 0) return;
  const std::lock_guard lock(mutex_);
  faults_.push_back({std::move(fault), 0});
}

void Faults::clear() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

std::optional<Fault> Faults::strike(const std::string& method, const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(faults_.begin(), faults_.end(), [&](Armed& armed) {
    return matches(armed.fault, method, path) && has_turn_locked(armed);
  });
  if (found == faults_.end()) return std::nullopt;
  Fault struck = use_locked(found);
  if (struck.cut == Cut::anywhere) struck.cut = kCuts[random_() % kCuts.size()];
  return struck;
}

bool Faults::has_turn_locked(Armed& armed) {
  if (++armed.matched < armed.fault.every) return false;
  armed.matched = 0;
  return armed.fault.chance >= 1.0 || std::generate_canonical<double, 53>(random_) < armed.fault.chance;
}

Fault Faults::use_locked(std::list<Armed>::iterator armed) {
  if (armed->fault.times < 0 || --armed->fault.times > 0) return armed->fault;
  Fault last = std::move(armed->fault);
  faults_.erase(armed);
  return last;
}

std::size_t Faults::draw(std::size_t bound) {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(random_() % bound);
}

bool Faults::wait(std::chrono::milliseconds delay) {
  if (delay.count() <= 0) return true;
  std::unique_lock lock(mutex_);
  return !ended_.wait_for(lock, delay, [this] { return ending_; });
}

void Faults::end_waits() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ended_.notify_all();
}

void Faults::allow_waits() {
  const std::lock_guard lock(mutex_);
  ending_ = false;
}

}  // namespace kplane::testing::server
