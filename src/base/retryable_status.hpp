// The single rule for which HTTP statuses are temporary failures.
#pragma once

namespace kplane::detail {

/// Whether a request with this answer may succeed if retried later (contract §7).
[[nodiscard]] constexpr bool is_retryable_status(int status, bool has_retry_after) noexcept {
  constexpr int first_server_error = 500;
  if (status == 429 || status == 502 || status == 503 || status == 504) return true;
  return status >= first_server_error && has_retry_after;
}

}  // namespace kplane::detail
