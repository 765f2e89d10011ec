// A clock that stands still until somebody sleeps.
#pragma once

#include <memory>
#include <vector>

#include "http/clock.hpp"

namespace kplane::tests {

class FakeClock {
 public:
  [[nodiscard]] http::Clock clock() const {
    return {[state = state_] { return state->now; },
            [state = state_](http::TimePoint then, const detail::StopTokens& /*stops*/) {
              state->sleeps.push_back(http::until(then, state->now));
              state->now = std::max(state->now, then);
            },
            [] { return 0.0; }};
  }
  void advance(http::Milliseconds time) { state_->now += time; }
  [[nodiscard]] const std::vector<http::Milliseconds>& sleeps() const noexcept { return state_->sleeps; }

 private:
  struct State {
    http::TimePoint now = std::chrono::steady_clock::now();
    std::vector<http::Milliseconds> sleeps;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace kplane::tests
