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

/// What one PlanePool::send() brought: exactly one for each.
struct Observation {
  std::size_t index = 0;   ///< of the plane in the pool
  std::uint64_t send = 0;  ///< what PlanePool::send() returned
  StateResult state;       ///< after what was sent; its error is that of the read, or StoppedError after cancel()
  /// One for each request that was sent, in their order. The first that fails ends the sequence: those after it were
  /// not sent, and are not here.
  std::vector<ResponseResult> responses{};
  /// What PlanePoolOptions::score said of it; none where there is no state, no such function, or it threw.
  std::optional<double> score{};
  /// What the function of send(), or PlanePoolOptions::score, threw; nullptr: nothing.
  std::exception_ptr failure{};
  std::chrono::microseconds elapsed{0};  ///< from the beginning of its work, not of its wait for earlier sends, to here

  /// Throws what one of the functions threw, if one did.
  void rethrow_failure() const {
    if (failure) std::rethrow_exception(failure);
  }
};

}  // namespace kplane::rl
