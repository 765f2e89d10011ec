#include "cli/report/flight.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <kplane/rl/replay.hpp>

#include "cli/report/step_notes.hpp"

namespace kplane::cli::reporting {

namespace {

constexpr std::size_t kMostErrorKinds = 100;

/// When the state was read, by the server's clock; nullopt where the step has no state.
std::optional<std::int64_t> second_of(const rl::Step& step) {
  const auto since_epoch = step.state.snapshot_time.time_since_epoch();
  if (since_epoch.count() <= 0) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(since_epoch).count();
}

class FlightReader {
 public:
  FlightReader(const std::vector<rl::Recording>& recordings, const Progress& progress)
      : recordings_(recordings), progress_(progress) {
    for (const rl::Recording& recording : recordings) add_recording(recording);
    std::size_t longest = 0;
    for (const PlaneFlight& plane : flight_.planes) longest = std::max<std::size_t>(longest, plane.steps);
    flight_.steps_per_column = std::max<std::size_t>(1, (longest + kMostColumns - 1) / kMostColumns);
    flight_.columns = (longest + flight_.steps_per_column - 1) / flight_.steps_per_column;
    // From here on they count the steps that were read.
    for (PlaneFlight& plane : flight_.planes) plane.steps = 0;
  }

  Flight read() {
    for (std::size_t i = 0; i < recordings_.size(); ++i) read(recordings_[i], flight_.recordings[i]);
    return std::move(flight_);
  }

 private:
  void add_recording(const rl::Recording& recording) {
    RecordingFlight added;
    added.first_plane = static_cast<std::uint32_t>(flight_.planes.size());
    added.first_episode = flight_.episodes.size();
    std::unordered_map<std::string_view, std::uint32_t> numbers;
    for (const std::string& name : recording.planes()) {
      numbers.emplace(name, static_cast<std::uint32_t>(flight_.planes.size()));
      PlaneFlight plane;
      plane.recording = static_cast<std::uint32_t>(flight_.recordings.size());
      plane.name = name;
      flight_.planes.push_back(std::move(plane));
    }
    for (std::size_t i = 0; i < recording.episodes().size(); ++i) {
      const rl::RecordedEpisode& recorded = recording.episodes()[i];
      EpisodeFlight episode;
      episode.plane = numbers.at(recorded.plane);
      episode.episode = recorded.episode;
      episode.index = i;
      flight_.episodes.push_back(episode);
      PlaneFlight& plane = flight_.planes[episode.plane];
      ++plane.episodes;
      plane.steps += static_cast<std::uint32_t>(recorded.steps.size());
    }
    flight_.recordings.push_back(std::move(added));
  }

  void read(const rl::Recording& recording, RecordingFlight& into) {
    std::vector<std::uint32_t> episode_of(recording.size());
    for (std::size_t i = 0; i < recording.episodes().size(); ++i) {
      const auto number = static_cast<std::uint32_t>(into.first_episode + i);
      for (const std::size_t position : recording.episodes()[i].steps) episode_of.at(position) = number;
    }
    std::size_t position = 0;
    rl::Replay replay(recording);
    for (const rl::Step& step : replay) {
      add_time(step, into);
      add_step(step, episode_of.at(position++));
      if (progress_) progress_();
    }
  }

  static void add_time(const rl::Step& step, RecordingFlight& into) {
    const std::optional<std::int64_t> second = second_of(step);
    if (second) {
      if (!into.first_second) into.first_second = second;
      into.last_second = std::max(into.last_second.value_or(*second), *second);
    }
    if (!into.first_second) return;
    // A step without a state, or of a server whose clock was set back, counts where the last one does.
    into.steps_by_second.add(static_cast<std::uint64_t>(*into.last_second - *into.first_second));
  }

  void add_step(const rl::Step& step, std::uint32_t episode_number) {
    EpisodeFlight& episode = flight_.episodes[episode_number];
    PlaneFlight& plane = flight_.planes[episode.plane];
    if (episode.steps == 0) episode.first = plane.steps;
    const std::size_t column = plane.steps / flight_.steps_per_column;
    if (column >= plane.cells.size()) plane.cells.resize(column + 1);
    HeatCell& cell = plane.cells[column];
    ++cell.steps;
    ++plane.steps;
    ++episode.steps;
    if (step.reward) add_reward(*step.reward, episode, plane, cell);
    StepNotes notes = read_step_notes(step.info);
    if (notes.elapsed_ms) add_elapsed(*notes.elapsed_ms, episode, plane, cell);
    if (notes.error_kind.empty() && step.state.raw().empty()) notes.error_kind = "no state";
    if (notes.error_kind.empty()) return;
    ++cell.errors;
    add_error(notes, episode, episode_number);
  }

  static void add_reward(double reward, EpisodeFlight& episode, PlaneFlight& plane, HeatCell& cell) {
    episode.total_reward += reward;
    ++episode.rewards;
    plane.reward_sum += reward;
    ++plane.rewards;
    cell.reward_sum += reward;
    ++cell.rewards;
  }

  static void add_elapsed(double elapsed_ms, EpisodeFlight& episode, PlaneFlight& plane, HeatCell& cell) {
    const auto value = static_cast<float>(elapsed_ms);
    episode.slowest_ms = std::max(episode.slowest_ms, value);
    plane.elapsed_ms.push_back(value);
    cell.elapsed_ms_sum += elapsed_ms;
    ++cell.timed;
  }

  void add_error(const StepNotes& notes, EpisodeFlight& episode, std::uint32_t episode_number) {
    PlaneFlight& plane = flight_.planes[episode.plane];
    ++episode.errors;
    ++plane.errors;
    plane.last_error = notes.error_kind + (notes.error_message.empty() ? "" : ": ") + notes.error_message;
    auto found = kinds_.find(notes.error_kind);
    if (found == kinds_.end()) {
      if (flight_.errors.size() == kMostErrorKinds) {
        ++flight_.other_errors;
        return;
      }
      found = kinds_.emplace(notes.error_kind, flight_.errors.size()).first;
      ErrorFlight error;
      error.kind = notes.error_kind;
      error.example = notes.error_message;
      error.episode = episode_number;
      flight_.errors.push_back(std::move(error));
    }
    ErrorFlight& error = flight_.errors[found->second];
    ++error.count;
    error.planes.insert(episode.plane);
  }

  const std::vector<rl::Recording>& recordings_;
  const Progress& progress_;
  Flight flight_;
  std::unordered_map<std::string, std::size_t> kinds_;
};

}  // namespace

Flight read_flight(const std::vector<rl::Recording>& recordings, const Progress& progress) {
  return FlightReader(recordings, progress).read();
}

}  // namespace kplane::cli::reporting
