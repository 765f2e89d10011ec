// A clock that stands still until somebody sleeps.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.hpp"

namespace kplane::tests {

class FakeClock {
 public:
  [[nodiscard]] detail::Clock clock() const {
    return {[state = state_] { return state->now; },
            [state = state_](detail::TimePoint then, const detail::StopTokens& /*stops*/) {
              state->sleeps.push_back(detail::until(then, state->now));
              state->now = std::max(state->now, then);
            },
            [] { return 0.0; }};
  }
  void advance(detail::Milliseconds time) { state_->now += time; }
  [[nodiscard]] const std::vector<detail::Milliseconds>& sleeps() const noexcept { return state_->sleeps; }

 private:
  struct State {
    detail::TimePoint now = std::chrono::steady_clock::now();
    std::vector<detail::Milliseconds> sleeps;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace kplane::tests
