// A program's own clock_gettime() takes the place of the C library's, also for the libraries that it loads.
#include "chaos/stepping_clock.hpp"

#include <dlfcn.h>
#include <time.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace {

std::atomic<std::int64_t> seconds_ahead{0};

}  // namespace

extern "C" __attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec* time) noexcept {
  using Function = int (*)(clockid_t, struct timespec*);
  static const auto original = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int result = original(clock, time);
  if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += seconds_ahead.load(std::memory_order_relaxed);
  return result;
}

namespace kplane::tests {

SteppingClock::SteppingClock()
    : thread_([this] {
        constexpr std::array<std::int64_t, 8> steps = {0, 1, -1, 60, -60, 3'600, -3'600, 86'400};
        std::minstd_rand random{std::random_device{}()};
        while (!is_over_) {
          seconds_ahead = steps[random() % steps.size()];
          std::this_thread::sleep_for(std::chrono::milliseconds{1 + random() % 40});
        }
      }) {}

SteppingClock::~SteppingClock() {
  is_over_ = true;
  thread_.join();
  seconds_ahead = 0;
}

}  // namespace kplane::tests
