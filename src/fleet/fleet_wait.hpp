#pragma once

#include <memory>

#include <kplane/fleet_types.hpp>

#include "codec/fleet.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// @param last the record last read, updated at each poll, even if the wait ends with an exception
/// @throws FleetError, NotFound, TimeoutError; see Fleet::wait_until_ready()
void wait_for_fleet(const std::shared_ptr<ClientCore>& core, std::shared_ptr<const FleetRecord>& last,
                    const WaitOptions& options);

}  // namespace kplane::detail
