// The scenario: a shop in the namespace of that name, its faults, and an agent's actions and observations.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <kplane/plane.hpp>
#include <kplane/request.hpp>
#include <kplane/snapshot.hpp>
#include <kplane/state_options.hpp>

namespace trainer {

inline constexpr std::size_t kFaults = 6;
inline constexpr std::size_t kActions =
    11;  // the first six repair the fault of the same number; the others are useless or harmful

using Symptoms = std::array<bool, kFaults>;  ///< which parts are broken

[[nodiscard]] std::string_view action_name(std::size_t action);
[[nodiscard]] kplane::Request act(const kplane::Plane& plane, std::size_t action);
[[nodiscard]] kplane::Request break_part(const kplane::Plane& plane, std::size_t fault);

[[nodiscard]] kplane::StateOptions
observed();  ///< all that the two functions below need, so they also work on recorded states
[[nodiscard]] Symptoms symptoms(const kplane::Snapshot& state);
[[nodiscard]] double score(const kplane::Snapshot& state);  ///< the fraction of the shop that works

}  // namespace trainer
