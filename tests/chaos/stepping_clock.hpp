// A clock of the day that jumps, as where NTP corrects it, or a machine was suspended.
#pragma once

#include <atomic>
#include <random>
#include <thread>

namespace kplane::tests {

/// While it exists, the clock of the day of the whole process (CLOCK_REALTIME, and so std::chrono::system_clock) jumps
/// by up to a day, forwards and backwards, many times a second. Other clocks go on as they are. One at a time.
class SteppingClock {
 public:
  SteppingClock();
  SteppingClock(const SteppingClock&) = delete;
  SteppingClock& operator=(const SteppingClock&) = delete;
  /// The clock is right again.
  ~SteppingClock();

 private:
  std::atomic<bool> is_over_{false};
  std::thread thread_;
};

}  // namespace kplane::tests
