#include "plane/plane_batch.hpp"

#include <algorithm>

#include <kplane/error.hpp>

#include "plane/plane_access.hpp"

namespace kplane::detail {

http::BatchLimits plane_batch_limits(const ClientCore& core, const std::vector<Plane>& planes,
                                     const BatchOptions& batch, const StopToken& stop) {
  if (batch.concurrency == 0) throw ConfigError("BatchOptions::concurrency must be 1 or more");
  for (const Plane& plane : planes) {
    if (PlaneAccess::endpoint(plane).core.get() == &core) continue;
    throw ConfigError("plane " + plane.cluster() +
                      " belongs to another Client; all planes of a batch must belong to the Client that runs it");
  }
  http::BatchLimits limits;
  limits.count = planes.size();
  limits.concurrency = std::min(batch.concurrency, core.options().max_connections);
  limits.stops = StopTokens(stop, batch.stop, core.options().stop);
  if (batch.timeout) limits.deadline = deadline_after(core.clock().now(), *batch.timeout);
  return limits;
}

}  // namespace kplane::detail
