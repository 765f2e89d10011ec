#include "plane/plane_batch.hpp"

#include <algorithm>
#include <string>

#include <kplane/error.hpp>

#include "plane/plane_access.hpp"

namespace kplane::detail {

namespace {

constexpr std::size_t most_threads = 1'024;  // -1 is a larger number

}  // namespace

http::BatchLimits plane_batch_limits(const ClientCore& core, const std::vector<Plane>& planes,
                                     const BatchOptions& batch, const StopToken& stop) {
  if (batch.concurrency == 0) throw ConfigError("BatchOptions::concurrency must be 1 or more");
  if (batch.threads == 0 || batch.threads > most_threads) {
    throw ConfigError("BatchOptions::threads must be between 1 and " + std::to_string(most_threads) + "; it is " +
                      std::to_string(batch.threads));
  }
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
