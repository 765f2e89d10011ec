#pragma once

#include <string>
#include <utility>

#include <kplane/error.hpp>

#include "base/result.hpp"

namespace kplane::detail {

/// What the error of a run whose time is over tells of the requests that failed. A request that was cut off by the end
/// of the time does not say why the run was not done earlier, so what failed before it is told too.
class LastError {
 public:
  void note(ErrorPtr error) {
    if (!is_timeout(error)) {
      before_timeout_ = nullptr;
    } else if (!is_timeout(last_)) {
      before_timeout_ = std::move(last_);
    }
    last_ = std::move(error);
  }

  void clear() noexcept { last_ = before_timeout_ = nullptr; }

  /// Empty, or to be put behind a message.
  [[nodiscard]] std::string told() const {
    std::string text;
    if (last_) text += std::string("; last error: ") + last_->what();
    if (before_timeout_) text += std::string("; the error before it: ") + before_timeout_->what();
    return text;
  }

 private:
  static bool is_timeout(const ErrorPtr& error) { return dynamic_cast<const TimeoutError*>(error.get()) != nullptr; }

  ErrorPtr last_;
  ErrorPtr before_timeout_;
};

}  // namespace kplane::detail
