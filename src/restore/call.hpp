// Call: something that takes one or more requests to a plane, one after the other.
#pragma once

#include <optional>

#include "base/time.hpp"
#include "http/message.hpp"

namespace kplane::detail {

/// Sending is the caller's, who has many of them under way at the same time.
class Call {
 public:
  Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  virtual ~Call() = default;

  /// The request that is due. It may point at this.
  [[nodiscard]] virtual http::Request request() = 0;
  /// Takes the answer to that. @return the pause before the next request; nullopt when there is none
  [[nodiscard]] virtual std::optional<Milliseconds> take(Result<http::Response> received) = 0;
};

}  // namespace kplane::detail
