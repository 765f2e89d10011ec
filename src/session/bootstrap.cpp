// A plane's namespaces appear shortly after its first request.
#include "session/bootstrap.hpp"

#include <utility>

#include "base/poll.hpp"
#include "session/system_namespace.hpp"

namespace kplane::detail {

namespace {

bool may_come_too_early(const http::Request& request) {
  return request.method == "POST" || request.method == "PATCH" || request.method == "PUT";
}

}  // namespace

bool is_too_early(const PlaneEndpoint& endpoint, const Error& error) {
  const auto* missing = dynamic_cast<const NotFound*>(&error);
  return missing != nullptr && missing->details().kind == "namespaces" &&
         is_system_namespace(missing->details().name) && !endpoint.core->bootstrapped().contains(endpoint.cluster);
}

Result<ApiResponse> send_past_bootstrap(const PlaneEndpoint& endpoint, http::Request request) {
  ClientCore& core = *endpoint.core;
  if (!may_come_too_early(request)) return try_send(core.transport(), std::move(request));
  Poll poll(core.clock(), request.deadline, core.stops(request.stop));
  for (;;) {
    Result<ApiResponse> result = try_send(core.transport(), request);
    if (result.ok() || !is_too_early(endpoint, *result.error()) || !poll.wait()) return result;
    if (core.clock().now() >= request.deadline) return result;
  }
}

}  // namespace kplane::detail
