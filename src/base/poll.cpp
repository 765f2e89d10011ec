// The pauses between two looks.
#include "base/poll.hpp"

#include <algorithm>
#include <utility>

#include <kplane/error.hpp>

namespace kplane::detail {

namespace {

constexpr std::chrono::milliseconds shortest_pause{50};
constexpr std::chrono::milliseconds most_pause{1'000};
constexpr std::chrono::milliseconds shortest_look{1'000};

}  // namespace

Poll::Poll(const Clock& clock, std::chrono::milliseconds timeout, StopTokens stops)
    : clock_(clock),
      begun_(clock.now()),
      deadline_(deadline_after(begun_, timeout)),
      stops_(std::move(stops)),
      pause_(shortest_pause) {}

std::optional<TimePoint> Poll::next() {
  if (stops_.stop_requested()) throw StoppedError("a wait was stopped");
  const TimePoint now = clock_.now();
  if (now >= deadline_) return std::nullopt;
  const TimePoint next = std::min(deadline_, now + pause_);
  pause_ = std::min(most_pause, pause_ + pause_ / 2);
  return next;
}

bool Poll::wait() {
  const std::optional<TimePoint> at = next();
  if (!at) return false;
  clock_.sleep_until(*at, stops_);
  if (stops_.stop_requested()) throw StoppedError("a wait was stopped");
  return true;
}

std::chrono::milliseconds Poll::elapsed() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - begun_);
}

std::chrono::milliseconds Poll::time_for_request(std::chrono::milliseconds most) const {
  return std::min(most, std::max(until(deadline_, clock_.now()), shortest_look));
}

}  // namespace kplane::detail
