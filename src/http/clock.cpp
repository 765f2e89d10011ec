// The real clock, and saturating arithmetic on time points: `milliseconds::max()` is a fair way to say "no limit".
#include "http/clock.hpp"

#include <algorithm>
#include <random>
#include <thread>

namespace kplane::http {

Clock Clock::system() {
  return {
      [] { return std::chrono::steady_clock::now(); },
      [](TimePoint then) { std::this_thread::sleep_until(then); },
      [] {
        thread_local std::minstd_rand generator{std::random_device{}()};
        return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
      },
  };
}

Milliseconds until(TimePoint then, TimePoint now) noexcept {
  if (then <= now) return Milliseconds{0};
  return std::chrono::ceil<Milliseconds>(then - now);
}

TimePoint deadline_after(TimePoint now, Milliseconds timeout) noexcept {
  constexpr TimePoint end_of_time = TimePoint::max();
  if (timeout >= std::chrono::floor<Milliseconds>(end_of_time - now)) return end_of_time;
  return now + std::max(timeout, Milliseconds{0});
}

}  // namespace kplane::http
