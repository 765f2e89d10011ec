// Runs a job for many indices on a few threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace rollout {

/// Calls `job(i)` for every i below `count`, each once, and returns when all are done. `job` must not throw.
template <class Job>
void for_each_index(std::size_t count, const Job& job) {
  // The jobs mostly wait for the server, so the number of threads need not match the number of cores; it is below
  // ClientOptions::max_connections, beyond which they would only queue.
  constexpr std::size_t kThreads = 12;
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) job(i);
  };
  std::vector<std::jthread> threads;  // joined first: they use what is declared above
  for (std::size_t i = 0; i < std::min(kThreads, count); ++i) threads.emplace_back(work);
}

}  // namespace rollout
