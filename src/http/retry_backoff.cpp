// Implements the rules described at RetryOptions. Dates are parsed by libcurl.
#include "http/retry_backoff.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <ctime>
#include <string>

#include "base/retryable_status.hpp"

namespace kplane::http {

namespace {

constexpr std::int64_t longest_wait_seconds = 366LL * 24 * 60 * 60;

}  // namespace

std::optional<Milliseconds> parse_retry_after(std::string_view value,
                                              std::chrono::system_clock::time_point now) noexcept {
  value = trimmed(value);
  constexpr std::size_t longest_date = 64;
  if (value.empty() || value.size() > longest_date) return std::nullopt;

  if (std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (error != std::errc{}) seconds = longest_wait_seconds;
    return std::chrono::seconds{std::min(seconds, longest_wait_seconds)};
  }
  char date[longest_date + 1] = {};
  std::copy(value.begin(), value.end(), date);
  const std::time_t then = curl_getdate(date, nullptr);
  if (then < 0) return std::nullopt;
  // The clock counts nanoseconds and ends in 2262; a date may be later.
  const std::time_t latest = std::chrono::system_clock::to_time_t(now) + longest_wait_seconds;
  const auto wait = std::chrono::system_clock::from_time_t(std::min(then, latest)) - now;
  return std::clamp(std::chrono::ceil<Milliseconds>(wait), Milliseconds{0}, Milliseconds{longest_wait_seconds * 1000});
}

std::optional<Milliseconds> retry_after(const Headers& headers) noexcept {
  const auto value = find_header(headers, "Retry-After");
  if (!value) return std::nullopt;
  return parse_retry_after(*value, std::chrono::system_clock::now());
}

bool is_retryable_status(int status, const Headers& headers) noexcept {
  return detail::is_retryable_status(status, retry_after(headers).has_value());
}

bool is_refused_status(int status) noexcept { return status == 429; }

Milliseconds backoff(const RetryOptions& options, int attempt, double chance) noexcept {
  Milliseconds wait = std::min(options.initial_backoff, options.max_backoff);
  for (int i = 1; i < attempt; ++i) wait = wait > options.max_backoff / 2 ? options.max_backoff : wait * 2;
  return Milliseconds{wait.count() - static_cast<Milliseconds::rep>(static_cast<double>(wait.count()) * chance / 2)};
}

}  // namespace kplane::http
