// Time and randomness, injectable so that tests neither sleep nor depend on chance.
#pragma once

#include <functional>

#include "base/stop_state.hpp"
#include "base/time.hpp"

namespace kplane::detail {

struct Clock {
  std::function<TimePoint()> now;
  std::function<void(TimePoint, const StopTokens&)> sleep_until;  ///< returns early when a stop is requested
  std::function<double()> uniform;                                ///< in [0, 1); thread-safe

  /// The steady clock, a real sleep, and a random generator per thread.
  [[nodiscard]] static Clock system();
};

/// Whole milliseconds from now to then, rounded up so that a wait never ends early; never negative.
[[nodiscard]] Milliseconds until(TimePoint then, TimePoint now) noexcept;

/// `now + timeout`, saturating at TimePoint::max().
[[nodiscard]] TimePoint deadline_after(TimePoint now, Milliseconds timeout) noexcept;

}  // namespace kplane::detail
