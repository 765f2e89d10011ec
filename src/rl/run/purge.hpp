// Purges many planes.
#pragma once

#include <string>
#include <vector>

#include <kplane/client.hpp>
#include <kplane/plane.hpp>
#include <kplane/stop.hpp>

namespace kplane::rl {

struct PurgeOutcome {
  std::string plane;
  std::string error;  ///< empty on success
};

/// The outcomes are in the order of the planes.
[[nodiscard]] std::vector<PurgeOutcome> purge(const Client& client, const std::vector<Plane>& planes,
                                              const StopToken& stop);

}  // namespace kplane::rl
