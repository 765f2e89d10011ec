#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <vector>

#include <kplane/batch.hpp>
#include <kplane/response_result.hpp>

namespace kplane::rl {

/// The result of one PlanePool::send(): each send yields exactly one.
struct Observation {
  std::size_t index = 0;   ///< of the plane in the pool
  std::uint64_t send = 0;  ///< what PlanePool::send() returned
  StateResult state;       ///< read after the actions; its error is that of the read, or StoppedError after cancel()
  /// One for each request that was sent, in order. The first failure ends the sequence: later requests are not sent and
  /// have no entry.
  std::vector<ResponseResult> responses{};
  /// The result of PlanePoolOptions::score; none when there is no state, no such function, or it threw.
  std::optional<double> score{};
  /// The exception thrown by the function of send() or by PlanePoolOptions::score; nullptr: none.
  std::exception_ptr failure{};
  std::chrono::microseconds elapsed{
      0};  ///< from when work on it began, excluding the wait for earlier sends, until it was complete

  /// Rethrows `failure`, if it is set.
  void rethrow_failure() const {
    if (failure) std::rethrow_exception(failure);
  }
};

}  // namespace kplane::rl
