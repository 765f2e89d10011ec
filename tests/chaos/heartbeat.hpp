// Heartbeat: measures for how long this machine did not run a thread that was ready to run.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace kplane::tests {

class Heartbeat {
 public:
  Heartbeat() : thread_([this] { beat(); }) {}
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;
  ~Heartbeat() {
    {
      const std::lock_guard lock(mutex_);
      is_ending_ = true;
    }
    ended_.notify_all();
    thread_.join();
  }

  /// Since it began.
  [[nodiscard]] std::chrono::milliseconds longest_pause() const noexcept { return longest_; }

 private:
  void beat() {
    constexpr std::chrono::milliseconds interval{5};
    std::unique_lock lock(mutex_);
    while (!is_ending_) {
      const auto begun = std::chrono::steady_clock::now();
      ended_.wait_for(lock, interval);
      const auto late = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
      if (late - interval > longest_.load()) longest_ = late - interval;
    }
  }

  std::atomic<std::chrono::milliseconds> longest_{std::chrono::milliseconds{0}};
  std::mutex mutex_;
  std::condition_variable ended_;
  bool is_ending_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace kplane::tests
