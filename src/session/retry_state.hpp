// RetryState: the retries of an operation that consists of several requests, beyond the transport's own attempts.
#pragma once

#include <optional>

#include <kplane/error.hpp>

#include "base/backoff.hpp"

namespace kplane::detail {

/// For requests that do the same when they are sent twice. Counts the failures in a row; not thread-safe.
class RetryState {
 public:
  /// The server has answered the request: the next failure is the first one again.
  void note_answer() noexcept;
  /// The request has failed. @param is_write whether it would have changed something
  void note_error(const Error& error, bool is_write) noexcept;
  /// @return the pause before the request is sent again; nullopt when the error is final: it is not retryable, or the
  /// requests have failed too often in a row
  [[nodiscard]] std::optional<Milliseconds> pause_after(const Error& error) noexcept;

  /// Whether a write that failed may have been carried out, its response lost.
  [[nodiscard]] bool may_be_done() const noexcept { return may_be_done_; }
  /// What follows changes something else.
  void forget_writes() noexcept { may_be_done_ = false; }

 private:
  static constexpr int most_retries = 6;

  Backoff backoff_{Milliseconds{50}, Milliseconds{1'000}};
  int retries_ = 0;
  bool may_be_done_ = false;
};

/// The longer one of `own` and the pause that the server asked for. @return nullopt when that one does not end within
/// the time that is left
[[nodiscard]] std::optional<Milliseconds> pause_before_retry(Milliseconds own, const Error& error,
                                                             Milliseconds left) noexcept;

}  // namespace kplane::detail
