#pragma once

#include <memory>

#include <kplane/error.hpp>
#include <kplane/export.hpp>
#include <kplane/handle.hpp>
#include <kplane/request.hpp>

namespace kplane {

/// The result of one Request among several: its Response, or the error that occurred instead.
///
/// Thread safety: immutable.
/// Cost: copies share the response.
class KPLANE_API ResponseResult {
 public:
  /// The result of a request that was answered.
  ResponseResult(Response response);  // NOLINT(google-explicit-constructor): it is a result
  /// The result of a request that failed.
  ResponseResult(std::shared_ptr<const Error> error);  // NOLINT(google-explicit-constructor): it is a result

  /// Whether there is a response.
  [[nodiscard]] explicit operator bool() const noexcept { return !error_; }

  /// The response. @throws the request's own error when there is none.
  [[nodiscard]] const Response& operator*() const&;
  [[nodiscard]] Response operator*() && { return *static_cast<const ResponseResult&>(*this); }
  /// A member of the response. @throws the request's own error when there is none.
  [[nodiscard]] const Response* operator->() const& { return &**this; }
  const Response* operator->() const&& = delete;  ///< the pointer would dangle: name the result

  /// Why there is no response. `error().raise()` throws it as its own type.
  /// @throws std::logic_error when there is a response.
  [[nodiscard]] const Error& error() const&;
  const Error& error() const&& = delete;

 private:
  detail::Handle<const Response> response_;  // none: there is an error
  detail::Handle<const Error> error_;
};

}  // namespace kplane
