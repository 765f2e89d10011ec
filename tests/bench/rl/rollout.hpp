// One step of a rollout, and the ways to make many: with a PlanePool, and with a thread for each plane.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <kplane/kplane.hpp>

namespace kplane::bench {

/// Who makes the steps.
enum class Way {
  pool,          ///< rl::PlanePool
  threads,       ///< a thread for each plane: Plane::logged(), Plane::settled_state()
  bare_threads,  ///< the same without a log: the state is read until it shows the version that the patch answered
  few_threads,   ///< 16 threads, each of which makes a step of the next plane that is free
};

struct Rollout {
  std::vector<Plane> planes;
  std::size_t steps = 100;                  ///< of each plane
  std::size_t slow = 0;                     ///< the first so many planes make steps until the others are done
  int workers = 2;                          ///< of the pool
  std::chrono::microseconds score_time{0};  ///< that a score takes beside what it looks at
  bool score_waits = false;                 ///< it waits, as for another processor, instead of computing
};

struct Outcome {
  std::size_t steps = 0;  ///< of the planes that are not slow
  double seconds = 0;     ///< until the last of those was done
  double score = 0;       ///< so that nobody optimises it away
};

/// Makes in each plane what the steps patch.
void prepare(const Client& client, const std::vector<Plane>& planes);

/// @throws Error, std::runtime_error when a step goes wrong
[[nodiscard]] Outcome run(const Client& client, const Rollout& rollout, Way way);

}  // namespace kplane::bench
