// The planes that a client has seen bootstrapped, so that it checks each only once.
#pragma once

#include <mutex>
#include <string>
#include <unordered_set>

namespace kplane::detail {

/// Thread-safe. Holds at most `most_known` IDs; when full, it is cleared, and planes are checked again.
class KnownPlanes {
 public:
  static constexpr std::size_t most_known = 20'000;

  [[nodiscard]] bool contains(const std::string& cluster) const {
    const std::lock_guard lock(mutex_);
    return known_.count(cluster) != 0;
  }
  void add(const std::string& cluster) {
    const std::lock_guard lock(mutex_);
    if (known_.size() >= most_known) known_.clear();
    known_.insert(cluster);
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_set<std::string> known_;
};

}  // namespace kplane::detail
