// Intervals grow by a factor of 1.5, from 50 ms to 1 s.
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

Poll::Poll(const Clock& clock, TimePoint deadline, StopTokens stops)
    : clock_(clock), begun_(clock.now()), deadline_(deadline), stops_(std::move(stops)), pause_(shortest_pause) {}

Poll::Poll(const Clock& clock, std::chrono::milliseconds timeout, StopTokens stops)
    : Poll(clock, deadline_after(clock.now(), timeout), std::move(stops)) {}

std::optional<TimePoint> Poll::next() {
  if (stops_.stop_requested()) throw StoppedError("the wait was stopped");
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
  if (stops_.stop_requested()) throw StoppedError("the wait was stopped");
  return true;
}

std::chrono::milliseconds Poll::elapsed() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - begun_);
}

TimePoint Poll::request_deadline(std::chrono::milliseconds longest) const {
  const TimePoint now = clock_.now();
  return std::min(deadline_after(now, longest), std::max(deadline_, now + shortest_look));
}

}  // namespace kplane::detail
