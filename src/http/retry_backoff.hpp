// When a failed attempt is made again, and after how long: pure functions.
#pragma once

#include <optional>
#include <string_view>

#include <kplane/client_options.hpp>

#include "http/message.hpp"

namespace kplane::http {

/// `Retry-After`: seconds or an HTTP-date (RFC 9110 §10.2.3), as a wait from `now`; nullopt when it is neither. Never
/// throws.
[[nodiscard]] std::optional<Milliseconds> parse_retry_after(std::string_view value,
                                                            std::chrono::system_clock::time_point now) noexcept;

/// The `Retry-After` of a response, if it has a readable one.
[[nodiscard]] std::optional<Milliseconds> retry_after(const Headers& headers) noexcept;

/// Whether the status says "not now" rather than "no".
[[nodiscard]] bool is_retryable_status(int status, const Headers& headers) noexcept;

/// Whether the status says that the request was not carried out, so that it may be repeated whatever its method
/// (contract §9).
[[nodiscard]] bool is_refused_status(int status) noexcept;

/// The wait after attempt number `attempt` (from 1): exponential, at most max_backoff, of which `chance` in [0, 1)
/// takes off up to half.
[[nodiscard]] Milliseconds backoff(const RetryOptions& options, int attempt, double chance) noexcept;

}  // namespace kplane::http
