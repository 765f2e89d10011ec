// What all batches over planes have in common: their bounds, and which planes they take.
#pragma once

#include <vector>

#include <kplane/batch.hpp>

#include "session/client_core.hpp"

namespace kplane::detail {

/// @param stop of the call, beside those of the batch and of the client
/// @throws ConfigError when the options are wrong or a plane belongs to another client
[[nodiscard]] http::BatchLimits plane_batch_limits(const ClientCore& core, const std::vector<Plane>& planes,
                                                   const BatchOptions& batch, const StopToken& stop);

}  // namespace kplane::detail
