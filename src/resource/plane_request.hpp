// What a Request becomes on its way to a plane.
#pragma once

#include <kplane/request.hpp>

#include "session/client_core.hpp"

namespace kplane::detail {

/// @throws ConfigError when the request cannot be sent
void check_request(const Request& request);

/// The request as it is sent. Its time limit begins to run now. @param request checked
[[nodiscard]] http::Request sendable(const PlaneEndpoint& endpoint, Request request);

}  // namespace kplane::detail
