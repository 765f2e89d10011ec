// When the Fleet resource is served: its CRD is installed a little after the server starts (contract §5).
#pragma once

#include <atomic>
#include <chrono>

namespace kplane::testing::server {

/// Thread safety: every member may be called from any thread.
class CrdGate {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param opens false: only by open()
  CrdGate(bool opens, std::chrono::milliseconds delay)
      : opens_at_(opens ? Clock::now() + delay : Clock::time_point::max()) {}

  void open() noexcept { opened_ = true; }
  [[nodiscard]] bool is_open() const noexcept { return opened_ || Clock::now() >= opens_at_; }

 private:
  const Clock::time_point opens_at_;
  std::atomic<bool> opened_{false};
};

}  // namespace kplane::testing::server
