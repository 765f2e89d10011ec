// Options that make failures come quickly.
#pragma once

#include <kplane/client_options.hpp>

namespace kplane::tests {

/// One attempt only.
[[nodiscard]] inline ClientOptions without_retries() {
  ClientOptions options;
  options.retry.max_attempts = 1;
  return options;
}

/// Retries with hardly a pause.
[[nodiscard]] inline ClientOptions with_quick_retries(int max_attempts = 4) {
  ClientOptions options;
  options.retry.max_attempts = max_attempts;
  options.retry.initial_backoff = std::chrono::milliseconds{1};
  options.retry.max_backoff = std::chrono::milliseconds{2};
  return options;
}

/// Pauses that are longer than any test: a client that backs off is not heard of again.
[[nodiscard]] inline ClientOptions with_long_pauses() {
  ClientOptions options;
  options.retry.initial_backoff = std::chrono::hours{1};
  options.retry.max_backoff = std::chrono::hours{1};
  return options;
}

}  // namespace kplane::tests
