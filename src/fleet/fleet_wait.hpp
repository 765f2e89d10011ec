// Waits until a Fleet is ready.
#pragma once

#include <memory>

#include <kplane/fleet_types.hpp>

#include "codec/fleet.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// @param last what was last read, renewed at each look, also when the wait ends by an exception
/// @throws FleetError, NotFound, TimeoutError; see Fleet::wait_until_ready()
void wait_for_fleet(const std::shared_ptr<ClientCore>& core, std::shared_ptr<const FleetRecord>& last,
                    const WaitOptions& options);

}  // namespace kplane::detail
