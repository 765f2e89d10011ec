// The one rule which HTTP statuses say "not now" rather than "no".
#pragma once

namespace kplane::detail {

/// Whether a request that was answered so may succeed if it is made again later (contract §7).
[[nodiscard]] constexpr bool is_retryable_status(int status, bool has_retry_after) noexcept {
  constexpr int first_server_error = 500;
  if (status == 429 || status == 502 || status == 503 || status == 504) return true;
  return status >= first_server_error && has_retry_after;
}

}  // namespace kplane::detail
