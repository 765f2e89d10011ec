// An operation of one or more sequential requests to a plane.
#pragma once

#include <optional>

#include "base/time.hpp"
#include "http/message.hpp"

namespace kplane::detail {

/// The caller sends the requests, of many calls concurrently.
class Call {
 public:
  Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  virtual ~Call() = default;

  /// The next request. It may point to this object.
  [[nodiscard]] virtual http::Request request() = 0;
  /// Takes its answer. @return the pause before the next request; nullopt when there is none
  [[nodiscard]] virtual std::optional<Milliseconds> take(Result<http::Response> received) = 0;
};

}  // namespace kplane::detail
