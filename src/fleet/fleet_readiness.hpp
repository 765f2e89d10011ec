// Pure functions that tell from spec and status whether a Fleet is ready or failed (contract §5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <kplane/error.hpp>

#include "codec/fleet.hpp"

namespace kplane::detail {

/// Whether the controller has seen this generation and reports as many members as wanted, all `Ready`, each with a
/// valid and distinct plane ID. Ignores `readyReplicas`.
[[nodiscard]] bool is_ready(const FleetRecord& fleet);

/// Whether the controller rejected this generation's spec, which it reports as one member without an ID. No wait can
/// then succeed.
[[nodiscard]] bool is_refused(const FleetRecord& fleet) noexcept;

/// The members that are ready, by their phases.
[[nodiscard]] std::int32_t count_ready(const FleetRecord& fleet) noexcept;

/// The IDs of the Fleet's planes: its members if the status lists all of them, otherwise those that the spec implies.
/// Empty for a rejected spec. @throws DecodeError when the server lists an invalid or duplicate ID; FleetError when
/// there are too many
[[nodiscard]] std::vector<std::string> plane_ids(const FleetRecord& fleet);

/// Why no wait can make the Fleet ready: its spec was rejected, or a member is not a plane. None: it may become ready.
[[nodiscard]] std::optional<FleetError> hopelessness(const FleetRecord& fleet);

/// The error for a rejected spec.
[[nodiscard]] FleetError refusal(const FleetRecord& fleet);

/// The first members that are not ready, with their messages: for an error.
[[nodiscard]] std::string describe_laggards(const FleetRecord& fleet);

}  // namespace kplane::detail
