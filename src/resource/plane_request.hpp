// Converts a public Request into the HTTP request for a plane.
#pragma once

#include <kplane/request.hpp>

#include "session/client_core.hpp"

namespace kplane::detail {

/// @throws ConfigError when the request cannot be sent
void check_request(const Request& request);

/// The HTTP request. Its timeout starts now. @param request checked
[[nodiscard]] http::Request sendable(const PlaneEndpoint& endpoint, Request request);

}  // namespace kplane::detail
