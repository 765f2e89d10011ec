// Writes that come before a new plane's own objects (contract §1 and §10).
#pragma once

#include <kplane/error.hpp>

#include "session/api_response.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// Whether a write failed because the plane has no such namespace, but will have it in a moment: a system namespace, of
/// a plane that the client has not seen bootstrapped.
[[nodiscard]] bool is_too_early(const PlaneEndpoint& endpoint, const Error& error);

/// Sends a request; a write that comes too early is made again, until its time is up. Nothing was done then, so that is
/// safe whatever its method. @throws StoppedError while it waits
[[nodiscard]] Result<ApiResponse> send_past_bootstrap(const PlaneEndpoint& endpoint, http::Request request);

}  // namespace kplane::detail
