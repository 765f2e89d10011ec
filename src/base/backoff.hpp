// Pauses that double each time, up to a maximum.
#pragma once

#include <algorithm>
#include <utility>

#include "base/time.hpp"

namespace kplane::detail {

class Backoff {
 public:
  constexpr Backoff(Milliseconds first, Milliseconds longest) noexcept
      : first_(first), longest_(longest), next_(first) {}

  /// The pause before the next attempt.
  [[nodiscard]] constexpr Milliseconds next() noexcept {
    const Milliseconds pause = next_;
    next_ = std::min(longest_, next_ * 2);
    return pause;
  }
  /// Starts again with the first pause.
  constexpr void reset() noexcept { next_ = first_; }

 private:
  Milliseconds first_;
  Milliseconds longest_;
  Milliseconds next_;
};

}  // namespace kplane::detail
