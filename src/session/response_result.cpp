#include <kplane/response_result.hpp>

#include <stdexcept>
#include <utility>

namespace kplane {

ResponseResult::ResponseResult(Response response) : response_(std::make_shared<const Response>(std::move(response))) {}

ResponseResult::ResponseResult(std::shared_ptr<const Error> error) : error_(std::move(error)) {}

const Response& ResponseResult::operator*() const& {
  if (error_) error_->raise();
  return *response_;
}

const Error& ResponseResult::error() const& {
  if (!error_) throw std::logic_error("ResponseResult::error() of a result without an error: check the result first");
  return *error_;
}

}  // namespace kplane
