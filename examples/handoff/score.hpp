// The agent's goals, and how many of them a plane's state shows as reached.
#pragma once

#include <cstddef>

#include <kplane/plane.hpp>

namespace handoff {

/// The number of goals.
[[nodiscard]] std::size_t goal_count();

/// How many of them the plane has reached. Waits until the server has listed all relevant types.
/// @throws std::runtime_error when that takes more than 30 s
[[nodiscard]] std::size_t score(const kplane::Plane& plane);

}  // namespace handoff
