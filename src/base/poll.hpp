// The polling schedule of every wait: after 50 ms, then less and less often, at least once a second, until a deadline.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.hpp"

namespace kplane::detail {

class Poll {
 public:
  Poll(const Clock& clock, TimePoint deadline, StopTokens stops = {});
  Poll(const Clock& clock, std::chrono::milliseconds timeout, StopTokens stops = {});

  /// The time of the next poll. @return nullopt when the deadline has passed
  /// @throws StoppedError
  [[nodiscard]] std::optional<TimePoint> next();
  /// Sleeps until next(). @return false, without sleeping, when the deadline has passed
  /// @throws StoppedError
  [[nodiscard]] bool wait();
  [[nodiscard]] std::chrono::milliseconds elapsed() const;
  [[nodiscard]] TimePoint deadline() const noexcept { return deadline_; }
  /// The deadline of a request that starts now: at most `longest` from now, but at least a second even if the poll ends
  /// earlier, since the last request, at the deadline itself, must be able to report what is missing. Only a stalling
  /// server makes the wait that much longer.
  [[nodiscard]] TimePoint request_deadline(std::chrono::milliseconds longest) const;

 private:
  const Clock& clock_;
  const TimePoint begun_;
  const TimePoint deadline_;
  const StopTokens stops_;
  std::chrono::milliseconds pause_;
};

}  // namespace kplane::detail
