#include "session/retry_state.hpp"

#include <algorithm>

#include "session/api_response.hpp"

namespace kplane::detail {

void RetryState::note_answer() noexcept {
  retries_ = 0;
  backoff_.reset();
}

void RetryState::note_error(const Error& error, bool is_write) noexcept {
  if (!error.retryable()) note_answer();
  if (is_write && may_be_carried_out(error)) may_be_done_ = true;
}

std::optional<Milliseconds> RetryState::pause_after(const Error& error) noexcept {
  if (!error.retryable() || retries_ == most_retries) return std::nullopt;
  ++retries_;
  return backoff_.next();
}

std::optional<Milliseconds> pause_before_retry(Milliseconds own, const Error& error, Milliseconds left) noexcept {
  const Milliseconds asked = asked_pause(error);
  if (asked >= left) return std::nullopt;
  return std::max(own, asked);
}

}  // namespace kplane::detail
