// Flight: the numbers of all steps of some recordings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <kplane/rl/recording.hpp>

#include "cli/report/time_histogram.hpp"

namespace kplane::cli::reporting {

/// The most columns that a heat map has: a screen has few more pixels than it takes to tell them apart.
inline constexpr std::size_t kMostColumns = 240;

/// Steps of one plane that stand in one column of the heat map.
struct HeatCell {
  double reward_sum = 0;
  std::uint32_t rewards = 0;
  std::uint32_t timed = 0;
  double elapsed_ms_sum = 0;
  std::uint32_t errors = 0;
  std::uint32_t steps = 0;
};

/// What one plane of one recording did.
struct PlaneFlight {
  std::uint32_t recording = 0;
  std::string name{};
  std::uint32_t episodes = 0;
  std::uint32_t steps = 0;
  std::uint32_t errors = 0;
  double reward_sum = 0;
  std::uint32_t rewards = 0;
  std::vector<float> elapsed_ms{};  ///< of each step that says so
  std::vector<HeatCell> cells{};    ///< by column
  std::string last_error{};
};

/// What one episode came to.
struct EpisodeFlight {
  std::uint32_t plane = 0;  ///< in Flight::planes
  std::uint32_t first = 0;  ///< the number of its first step among those of its plane
  std::int64_t episode = 0;
  std::size_t index = 0;  ///< in Recording::episodes()
  double total_reward = 0;
  std::uint32_t rewards = 0;
  std::uint32_t steps = 0;
  std::uint32_t errors = 0;
  float slowest_ms = -1;  ///< negative: no step says so
};

/// Failures of one kind.
struct ErrorFlight {
  std::string kind{};
  std::uint64_t count = 0;
  std::unordered_set<std::uint32_t> planes{};
  std::string example{};      ///< the message of the first one
  std::uint32_t episode = 0;  ///< of the first one, in Flight::episodes
};

/// What one recording holds.
struct RecordingFlight {
  std::uint32_t first_plane = 0;  ///< in Flight::planes
  std::size_t first_episode = 0;  ///< in Flight::episodes
  std::optional<std::int64_t> first_second{};
  std::optional<std::int64_t> last_second{};
  TimeHistogram steps_by_second{};  ///< counted from first_second
};

/// All of it. Episodes and planes stand in the order of the recordings.
struct Flight {
  std::vector<RecordingFlight> recordings{};
  std::vector<PlaneFlight> planes{};
  std::vector<EpisodeFlight> episodes{};
  std::vector<ErrorFlight> errors{};
  std::uint64_t other_errors = 0;  ///< of more kinds than are told apart
  std::size_t columns = 0;
  std::size_t steps_per_column = 1;
};

/// Called after each step that was read. What it throws ends the reading.
using Progress = std::function<void()>;

/// Reads each step once. Memory: some 60 bytes for each step at most, beside one state.
/// @throws rl::RecordingError
[[nodiscard]] Flight read_flight(const std::vector<rl::Recording>& recordings, const Progress& progress);

}  // namespace kplane::cli::reporting
