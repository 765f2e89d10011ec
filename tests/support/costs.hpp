// Costs: what code costs on the thread that runs it, counted instead of timed, so that a slower machine has the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace kplane::tests {

/// A program that links costs.cpp, and exports its symbols, gets malloc's family and the functions that copy memory
/// from there, so that what the libraries do that it calls counts too.
struct Costs {
  std::int64_t allocations = 0;  ///< calls that asked for memory, or for memory of another size
  std::int64_t copied_bytes =
      0;                        ///< by copies of `smallest_copy` bytes or more, and by realloc where it copies as many
  std::int64_t live_bytes = 0;  ///< allocated less freed, in the sizes that malloc rounds them to
};

inline constexpr std::size_t smallest_copy = 4096;

/// False where malloc is not the C library's that is known here; all costs are 0 then.
[[nodiscard]] bool can_count_costs() noexcept;

/// Of the calling thread, since it began.
[[nodiscard]] Costs costs_so_far() noexcept;

[[nodiscard]] inline Costs operator-(const Costs& a, const Costs& b) noexcept {
  return {a.allocations - b.allocations, a.copied_bytes - b.copied_bytes, a.live_bytes - b.live_bytes};
}

/// Of one call of `run` on this thread.
template <class Run>
[[nodiscard]] Costs costs_of(Run&& run) {
  const Costs before = costs_so_far();
  std::forward<Run>(run)();
  return costs_so_far() - before;
}

}  // namespace kplane::tests
