// The limits common to all batches over planes, and the check that their planes belong to one client.
#pragma once

#include <vector>

#include <kplane/batch.hpp>

#include "session/client_core.hpp"

namespace kplane::detail {

/// @param stop the call's, in addition to those of the batch and of the client
/// @throws ConfigError when an option is invalid or a plane belongs to another client
[[nodiscard]] http::BatchLimits plane_batch_limits(const ClientCore& core, const std::vector<Plane>& planes,
                                                   const BatchOptions& batch, const StopToken& stop);

}  // namespace kplane::detail
