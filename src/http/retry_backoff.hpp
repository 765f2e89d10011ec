// Pure functions that decide whether and when a failed attempt is retried.
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

/// Whether the status is a temporary failure.
[[nodiscard]] bool is_retryable_status(int status, const Headers& headers) noexcept;

/// Whether the status means that the request was not carried out, so that any method may be retried (contract §9).
[[nodiscard]] bool is_refused_status(int status) noexcept;

/// The wait after attempt number `attempt` (from 1): exponential, at most max_backoff, reduced by up to half according
/// to `chance` in [0, 1).
[[nodiscard]] Milliseconds backoff(const RetryOptions& options, int attempt, double chance) noexcept;

}  // namespace kplane::http
