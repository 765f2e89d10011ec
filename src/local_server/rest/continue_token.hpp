// The token for the rest of a list: opaque to clients, in the real server's format.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace kplane::testing::server {

/// Where a list goes on, and which state of the plane it shows.
struct ContinueToken {
  std::int64_t version = 0;  ///< the resourceVersion of the first page; negative: whatever there is now
  std::string start{};       ///< keys from this one on

  static constexpr std::int64_t kNow = -1;
};

/// A text is not a token; the message is the real server's.
class ContinueTokenError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

[[nodiscard]] std::string encode(const ContinueToken& token);
/// @throws ContinueTokenError
[[nodiscard]] ContinueToken decode_continue_token(std::string text);

}  // namespace kplane::testing::server
