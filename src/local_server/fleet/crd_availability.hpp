// When the Fleet resource is served: its CRD is installed shortly after the server starts (contract §5).
#pragma once

#include <atomic>
#include <chrono>

namespace kplane::testing::server {

/// Thread safety: every member may be called from any thread.
class CrdAvailability {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param served false: only once serve() is called
  CrdAvailability(bool served, std::chrono::milliseconds delay)
      : served_from_(served ? Clock::now() + delay : Clock::time_point::max()) {}

  void serve() noexcept { served_ = true; }
  [[nodiscard]] bool is_served() const noexcept { return served_ || Clock::now() >= served_from_; }

 private:
  const Clock::time_point served_from_;
  std::atomic<bool> served_{false};
};

}  // namespace kplane::testing::server
