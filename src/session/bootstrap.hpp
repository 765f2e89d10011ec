// Retries writes that arrive before a new plane's bootstrap is complete (contract §1 and §10).
#pragma once

#include <kplane/error.hpp>

#include "session/api_response.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// Whether a write failed because a namespace does not exist yet but soon will: a system namespace of a plane that the
/// client has not seen bootstrapped.
[[nodiscard]] bool is_too_early(const PlaneEndpoint& endpoint, const Error& error);

/// Sends a request, and retries a write that arrives before the plane's bootstrap until the deadline. That is safe for
/// any method, because a rejected write has no effect. @throws StoppedError during a pause
[[nodiscard]] Result<ApiResponse> send_past_bootstrap(const PlaneEndpoint& endpoint, http::Request request);

}  // namespace kplane::detail
