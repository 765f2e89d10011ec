// Whether a Fleet is ready, or failed, by its spec and status (contract §5): pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <kplane/error.hpp>

#include "codec/fleet.hpp"

namespace kplane::detail {

/// Whether the controller has seen this generation and reports as many members as wanted, all `Ready`, each with a
/// plane's ID of its own. Never asks `readyReplicas`.
[[nodiscard]] bool is_ready(const FleetRecord& fleet);

/// Whether the controller refused this generation's spec: one member without an ID. No wait can succeed then.
[[nodiscard]] bool is_refused(const FleetRecord& fleet) noexcept;

/// The members that are ready, by their phases.
[[nodiscard]] std::int32_t count_ready(const FleetRecord& fleet) noexcept;

/// The IDs of the Fleet's planes: its members where the status names all of them, otherwise those that the spec
/// implies. Empty for a refused spec. @throws DecodeError when the server names something that is no plane's ID, or one
/// twice; FleetError when there are too many to be named
[[nodiscard]] std::vector<std::string> plane_ids(const FleetRecord& fleet);

/// Why no wait can make the Fleet ready: its spec was refused, or a member is no plane. None: it may become ready.
[[nodiscard]] std::optional<FleetError> hopelessness(const FleetRecord& fleet);

/// The error of a refused spec.
[[nodiscard]] FleetError refusal(const FleetRecord& fleet);

/// The first members that are not ready, with their messages: for an error.
[[nodiscard]] std::string describe_laggards(const FleetRecord& fleet);

}  // namespace kplane::detail
