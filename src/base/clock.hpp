// Time and chance, passed in so that tests need neither sleep nor luck.
#pragma once

#include <functional>

#include "base/stop_state.hpp"
#include "base/time.hpp"

namespace kplane::detail {

struct Clock {
  std::function<TimePoint()> now;
  std::function<void(TimePoint, const StopTokens&)> sleep_until;  ///< or until a stop is requested
  std::function<double()> uniform;                                ///< in [0, 1); thread-safe

  /// The steady clock, a real wait, and a random generator per thread.
  [[nodiscard]] static Clock system();
};

/// Whole milliseconds from now to then, rounded up so that a wait never ends early; never negative.
[[nodiscard]] Milliseconds until(TimePoint then, TimePoint now) noexcept;

/// `now + timeout`, or the end of time where that would overflow.
[[nodiscard]] TimePoint deadline_after(TimePoint now, Milliseconds timeout) noexcept;

}  // namespace kplane::detail
