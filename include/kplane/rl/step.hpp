// One line of a recording.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <kplane/snapshot.hpp>

namespace kplane::rl {

/// What happened in one step of an episode, as a Recorder writes it and a Replay reads it.
struct Step {
  std::int64_t episode = 0;        ///< any number that distinguishes the episodes of one plane
  std::int64_t step = 0;           ///< within the episode
  std::string plane{};             ///< the plane's ID; if empty, the Recorder takes it from `state`
  std::string action{};            ///< JSON text: the action taken before `state` was read; empty: none
  std::optional<double> reward{};  ///< finite; nullopt: none, as for the first state of an episode
  std::string info{};              ///< JSON text: anything else to keep; empty: nothing
  Snapshot state{};                ///< as it was read; default-constructed: no state
};

}  // namespace kplane::rl
