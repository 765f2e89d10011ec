// Step: one line of a recording.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <kplane/snapshot.hpp>

namespace kplane::rl {

/// What happened in one step of an episode, as a Recorder writes it and a Replay reads it.
struct Step {
  std::int64_t episode = 0;        ///< by any count that tells the episodes of one plane apart
  std::int64_t step = 0;           ///< within the episode
  std::string plane{};             ///< its ID; empty when it is recorded: that of `state`
  std::string action{};            ///< JSON text: what was done before `state` was read; empty: nothing
  std::optional<double> reward{};  ///< finite; nullopt: none, as for the first state of an episode
  std::string info{};              ///< JSON text: whatever else is to be kept; empty: nothing
  Snapshot state{};                ///< as it was read; a default-constructed one is none
};

}  // namespace kplane::rl
