#include "client/loop_operations.hpp"

#include <optional>
#include <string>
#include <utility>

#include <kplane/error.hpp>

#include "json/object_access.hpp"
#include "plane/plane_access.hpp"
#include "resource/plane_request.hpp"
#include "session/api_response.hpp"
#include "state/settled_read.hpp"
#include "state/written_objects.hpp"

namespace kplane::detail {

namespace {

const PlaneEndpoint& endpoint_in(const ClientCore& client, const Plane& plane) {
  const PlaneEndpoint& endpoint = PlaneAccess::endpoint(plane);
  if (endpoint.core.get() == &client) return endpoint;
  throw ConfigError("plane " + plane.cluster() +
                    " belongs to another Client; all planes of an EventLoop must belong to the Client it was made for");
}

template <class Function>
Function callable(Function function) {
  if (!function) throw ConfigError("an EventLoop needs a completion function, but was given an empty one");
  return function;
}

class StateOperation final : public LoopOperation {
 public:
  StateOperation(const PlaneEndpoint& endpoint, Plane plane, SettlePlan plan, const StateOptions& options,
                 EventLoop::StateFunction done)
      : LoopOperation(options.stop),
        plane_(std::move(plane)),
        plan_(std::move(plan)),
        read_(endpoint, plan_, endpoint.core->deadline(options.timeout)),
        done_(callable(std::move(done))) {}

  http::Request first_request() override { return stoppable(read_.first_request()); }

  std::optional<http::FollowUp> take(Result<http::Response> received) override {
    std::optional<http::FollowUp> next = read_.take(std::move(received));
    if (next) return http::FollowUp{stoppable(std::move(next->request)), next->at};
    Result<Snapshot> read = read_.take_result();
    if (!read.ok()) {
      fail(read.error());
    } else {
      result_.emplace(plane_, std::move(read).value());
    }
    return std::nullopt;
  }

  void fail(ErrorPtr error) override { result_.emplace(plane_, std::move(error)); }
  void report() override { done_(std::move(result_).value()); }

 private:
  [[nodiscard]] http::Request stoppable(http::Request request) const {
    request.stop = stop();
    return request;
  }

  const Plane plane_;
  const SettlePlan plan_;
  SettledRead read_;
  const EventLoop::StateFunction done_;
  std::optional<StateResult> result_;
};

class RequestOperation final : public LoopOperation {
 public:
  RequestOperation(const PlaneEndpoint& endpoint, Plane plane, const Request& request, EventLoop::ResponseFunction done)
      : LoopOperation(request.stop),
        plane_(std::move(plane)),
        request_(sendable(endpoint, request)),
        done_(callable(std::move(done))) {}

  http::Request first_request() override { return std::move(request_); }

  std::optional<http::FollowUp> take(Result<http::Response> received) override {
    Result<ApiResponse> result = to_result(std::move(received));
    if (!result.ok()) {
      fail(result.error());
      return std::nullopt;
    }
    ApiResponse answer = std::move(result).value();
    result_.emplace(ObjectAccess::make_response(answer.status, std::move(answer.headers), std::move(answer.body)));
    return std::nullopt;
  }

  void fail(ErrorPtr error) override { result_.emplace(std::move(error)); }
  void report() override { done_(std::move(result_).value()); }

 private:
  const Plane plane_;  // keeps alive what the request refers to
  http::Request request_;
  const EventLoop::ResponseFunction done_;
  std::optional<ResponseResult> result_;
};

}  // namespace

std::unique_ptr<LoopOperation> make_state_operation(const ClientCore& client, const Plane& plane,
                                                    const StateOptions& options, EventLoop::StateFunction done) {
  return std::make_unique<StateOperation>(endpoint_in(client, plane), plane, settle_plan(options), options,
                                          std::move(done));
}

std::unique_ptr<LoopOperation> make_settled_operation(const ClientCore& client, const Plane& plane, const WriteLog& log,
                                                      const SettleOptions& options, EventLoop::StateFunction done) {
  return std::make_unique<StateOperation>(endpoint_in(client, plane), plane,
                                          settle_plan(options, WriteLogAccess::objects(log)), options.state,
                                          std::move(done));
}

std::unique_ptr<LoopOperation> make_request_operation(const ClientCore& client, const Plane& plane,
                                                      const Request& request, EventLoop::ResponseFunction done) {
  check_request(request);
  return std::make_unique<RequestOperation>(endpoint_in(client, plane), plane, request, std::move(done));
}

}  // namespace kplane::detail
