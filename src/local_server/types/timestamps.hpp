// RFC 3339 timestamps in the form in which an API server writes them.
#pragma once

#include <stdexcept>
#include <string>

namespace kplane::testing::server {

/// A text is not a time, with the message of Go's time package.
class TimestampError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The same time in UTC, to the second. @throws TimestampError
[[nodiscard]] std::string utc_seconds(const std::string& text);
/// The same time in UTC; the text must have six digits of fraction. @throws TimestampError
[[nodiscard]] std::string utc_micros(const std::string& text);

}  // namespace kplane::testing::server
