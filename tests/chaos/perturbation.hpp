// Random yields and short sleeps, by which threads meet in orders that they seldom meet in by themselves.
#pragma once

#include <chrono>
#include <random>
#include <thread>

namespace kplane::tests {

/// Does nothing most of the time, and always if it is not enabled.
inline void perturb(bool enabled) {
  if (!enabled) return;
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto drawn = static_cast<int>(random() % 16);
  if (drawn == 0) {
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 500));
  } else if (drawn < 5) {
    std::this_thread::yield();
  }
}

}  // namespace kplane::tests
