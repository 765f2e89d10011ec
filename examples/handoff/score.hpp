// What the agent was asked to do, and how much of it a plane's state shows.
#pragma once

#include <cstddef>

#include <kplane/plane.hpp>

namespace handoff {

/// How many goals there are.
[[nodiscard]] std::size_t goal_count();

/// How many of them the plane has reached. Waits until the server has listed all that counts.
/// @throws std::runtime_error when that takes more than 30 s
[[nodiscard]] std::size_t score(const kplane::Plane& plane);

}  // namespace handoff
