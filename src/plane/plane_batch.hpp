// The limits common to all batches over planes, and the check that their planes belong to one client.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include <kplane/batch.hpp>

#include "session/client_core.hpp"

namespace kplane::detail {

/// @param stop the call's, in addition to those of the batch and of the client
/// @throws ConfigError when an option is invalid or a plane belongs to another client
[[nodiscard]] http::BatchLimits plane_batch_limits(const ClientCore& core, const std::vector<Plane>& planes,
                                                   const BatchOptions& batch, const StopToken& stop);

/// The handlers of a batch: as many as the threads that it runs on.
/// @param make returns a handler, by std::unique_ptr
template <class Make>
[[nodiscard]] http::BatchHandlers batch_handlers(const http::BatchLimits& limits, std::size_t threads,
                                                 const Make& make) {
  http::BatchHandlers handlers;
  const std::size_t most = std::max<std::size_t>(1, std::min({threads, limits.concurrency, limits.count}));
  while (handlers.size() < most) handlers.push_back(make());
  return handlers;
}

}  // namespace kplane::detail
