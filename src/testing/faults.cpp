// Matching and using up scripted faults.
#include "faults.hpp"

#include <algorithm>
#include <utility>

namespace kplane::testing::server {
namespace {

bool matches(const Fault& fault, const std::string& method, const std::string& path) {
  if (!fault.method.empty() && fault.method != method) return false;
  return path.find(fault.path_contains) != std::string::npos;
}

}  // namespace

void Faults::add(Fault fault) {
  if (fault.times == 0) return;
  const std::lock_guard lock(mutex_);
  faults_.push_back(std::move(fault));
}

void Faults::clear() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

std::optional<Fault> Faults::strike(const std::string& method, const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(faults_.begin(), faults_.end(), [&](const Fault& fault) { return matches(fault, method, path); });
  if (found == faults_.end()) return std::nullopt;
  if (found->times < 0) return *found;
  if (--found->times > 0) return *found;
  Fault last = std::move(*found);
  faults_.erase(found);
  return last;
}

void Faults::wait(std::chrono::milliseconds delay) {
  if (delay.count() <= 0) return;
  std::unique_lock lock(mutex_);
  ended_.wait_for(lock, delay, [this] { return ending_; });
}

void Faults::end_waits() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ended_.notify_all();
}

}  // namespace kplane::testing::server
