// Retries of an operation of several requests, beyond the transport's own attempts.
#pragma once

#include <optional>

#include <kplane/error.hpp>

#include "base/backoff.hpp"

namespace kplane::detail {

/// For idempotent requests. Counts consecutive failures; not thread-safe.
class RetryState {
 public:
  /// Call when the server answered the request: resets the count of failures.
  void note_answer() noexcept;
  /// Call when the request failed. @param is_write whether it is a write
  void note_error(const Error& error, bool is_write) noexcept;
  /// @return the pause before the retry; nullopt when the error is final: it is not retryable, or there were too many
  /// consecutive failures
  [[nodiscard]] std::optional<Milliseconds> pause_after(const Error& error) noexcept;

  /// Whether a failed write may have been carried out.
  [[nodiscard]] bool may_be_done() const noexcept { return may_be_done_; }
  /// Call before writes to another object.
  void forget_writes() noexcept { may_be_done_ = false; }

 private:
  static constexpr int most_retries = 6;

  Backoff backoff_{Milliseconds{50}, Milliseconds{1'000}};
  int retries_ = 0;
  bool may_be_done_ = false;
};

/// The longer of `own` and the pause that the server requested. @return nullopt when that exceeds the remaining time
[[nodiscard]] std::optional<Milliseconds> pause_before_retry(Milliseconds own, const Error& error,
                                                             Milliseconds left) noexcept;

}  // namespace kplane::detail
