// The real clock, and saturating arithmetic on time points, so that `milliseconds::max()` can mean "no limit".
#include "base/clock.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

namespace kplane::detail {

namespace {

class Alarm final : public StopListener {
 public:
  void on_stop() noexcept override {
    const std::lock_guard lock(mutex_);
    rings_ = true;
    changed_.notify_one();
  }
  void wait_until(TimePoint then) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, then, [this] { return rings_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool rings_ = false;
};

void wait_until(TimePoint then, const StopTokens& stops) {
  if (!stops.stop_possible()) return std::this_thread::sleep_until(then);
  Alarm alarm;
  const StopListening listening(stops, alarm);
  alarm.wait_until(then);
}

}  // namespace

Clock Clock::system() {
  return {
      [] { return std::chrono::steady_clock::now(); },
      &wait_until,
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

}  // namespace kplane::detail

namespace kplane {

bool StopToken::wait_for(std::chrono::milliseconds timeout) const {
  const auto now = std::chrono::steady_clock::now();
  detail::wait_until(detail::deadline_after(now, timeout), detail::StopTokens(*this));
  return stop_requested();
}

}  // namespace kplane
