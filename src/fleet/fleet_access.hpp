// REST calls on `/apis/kplane.dev/v1/fleets` of the root plane (contract §5), and access to a Fleet handle's record.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/fleet.hpp>
#include <kplane/resource_options.hpp>

#include "codec/fleet.hpp"
#include "session/api_response.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

struct FleetAccess {
  static Fleet make(std::shared_ptr<ClientCore> core, FleetRecord record);
};

/// The collection of all Fleets.
[[nodiscard]] std::string fleets_url(const ClientCore& core);

/// @return the record. @throws MisroutedError when it is another Fleet
[[nodiscard]] FleetRecord checked_name(FleetRecord record, std::string_view name);

/// Labels the Fleet with a unique owner, so that it is recognised if the answer is lost or is another Fleet's. If a
/// stop is requested, a Fleet that was created anyway is removed again, within five seconds.
/// @throws NotFound, with an explanation when the server does not serve Fleets (yet)
[[nodiscard]] FleetRecord create_fleet(ClientCore& core, std::string_view name, const FleetSpec& spec);
/// @throws NotFound
[[nodiscard]] FleetRecord get_fleet(ClientCore& core, std::string_view name, TimePoint deadline,
                                    const StopToken& stop = {});
/// @return nullopt when the server serves Fleets, but not this one
[[nodiscard]] std::optional<FleetRecord> find_fleet(ClientCore& core, std::string_view name);
[[nodiscard]] std::vector<FleetRecord> list_fleets(ClientCore& core, const ListOptions& which = {});
/// Scales the Fleet with this uid only. @throws NotFound; FleetReplaced
[[nodiscard]] FleetRecord scale_fleet(ClientCore& core, const FleetRecord& record, std::int32_t replicas);
/// The new record of the Fleet `held`. @throws FleetReplaced when `found` is another Fleet
[[nodiscard]] std::shared_ptr<const FleetRecord> renewed(const FleetRecord& held, FleetRecord found);
/// Runs even after a stop was requested.
/// @return false when no Fleet with this name and uid existed, and no attempt of this call can have removed it
bool remove_fleet(ClientCore& core, const FleetRecord& record, TimePoint deadline);
/// Whether `fleets` is served at all. @throws as send()
[[nodiscard]] bool serves_fleets(ClientCore& core, TimePoint deadline, const StopToken& stop = {});

}  // namespace kplane::detail
