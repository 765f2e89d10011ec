// The one way to return an error without throwing it.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <kplane/error.hpp>

namespace kplane::detail {

using ErrorPtr = std::shared_ptr<const Error>;

/// A value, or the error that occurred instead. For batches, where one error must not end the others.
template <class T>
class [[nodiscard]] Result {
 public:
  // Implicit, so that a function returns either by `return`.
  Result(T value) : value_(std::move(value)) {}                  // NOLINT(google-explicit-constructor)
  Result(ErrorPtr error) noexcept : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const noexcept { return value_.has_value(); }

  /// Only when ok().
  [[nodiscard]] const T& value() const& noexcept { return *value_; }
  [[nodiscard]] T& value() & noexcept { return *value_; }
  [[nodiscard]] T&& value() && noexcept { return *std::move(value_); }

  /// nullptr when ok().
  [[nodiscard]] const ErrorPtr& error() const noexcept { return error_; }

  /// @throws the error, as its own type
  [[nodiscard]] const T& value_or_raise() const& {
    if (error_) error_->raise();
    return *value_;
  }
  [[nodiscard]] T value_or_raise() && {
    if (error_) error_->raise();
    return *std::move(value_);
  }

 private:
  std::optional<T> value_;
  ErrorPtr error_;
};

}  // namespace kplane::detail
