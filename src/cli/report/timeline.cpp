#include "cli/report/timeline.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include <kplane/rl/replay.hpp>

#include "cli/output/shown.hpp"
#include "cli/report/object_changes.hpp"
#include "cli/report/step_notes.hpp"

namespace kplane::cli::reporting {

namespace {

constexpr std::size_t kFirstSteps = 40;  // of an episode, that are shown
constexpr std::size_t kLastSteps = 20;
constexpr std::size_t kMostActionBytes = 400;

/// Where a step of a recording goes.
struct Destination {
  std::size_t timeline = 0;
  bool is_last = false;
  bool follows_gap = false;
};

TimelineStep describe(const rl::Step& step) {
  TimelineStep made;
  made.step = step.step;
  made.action = shown(step.action, kMostActionBytes);
  made.reward = step.reward;
  StepNotes notes = read_step_notes(step.info);
  made.elapsed_ms = notes.elapsed_ms;
  made.error_kind = std::move(notes.error_kind);
  made.error_message = std::move(notes.error_message);
  if (made.error_kind.empty() && step.state.raw().empty()) made.error_kind = "no state";
  return made;
}

/// The timelines of one recording, filled in the order in which its steps stand there.
class TimelineReader {
 public:
  TimelineReader(const rl::Recording& recording, std::size_t state_bytes)
      : recording_(recording), state_bytes_(state_bytes) {}

  void add(const rl::RecordedEpisode& episode, std::size_t number, Timeline& timeline) {
    const std::vector<std::size_t>& steps = episode.steps;
    const bool is_long = steps.size() > kFirstSteps + kLastSteps;
    timeline.left_out = is_long ? steps.size() - kFirstSteps - kLastSteps : 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (is_long && i == kFirstSteps) i = steps.size() - kLastSteps;
      destinations_[steps[i]] = {number, i + 1 == steps.size(), is_long && i == steps.size() - kLastSteps};
    }
  }

  void read(std::vector<Timeline>& timelines, const Progress& progress) {
    std::vector<std::size_t> positions;
    for (const auto& [position, destination] : destinations_) positions.push_back(position);
    auto at = destinations_.begin();
    rl::Replay replay(recording_, std::move(positions));
    for (const rl::Step& step : replay) {
      const Destination& destination = (at++)->second;
      timelines[destination.timeline].steps.push_back(next_step(step, destination));
      if (progress) progress();
    }
  }

 private:
  TimelineStep next_step(const rl::Step& step, const Destination& destination) {
    TimelineStep made = describe(step);
    if (destination.follows_gap) forget(destination.timeline);
    const auto before = states_.find(destination.timeline);
    if (step.state.raw().empty()) {
      made.not_compared = "there is no state";
    } else if (before != states_.end()) {
      add_changes(made, before->second, step.state);
    } else {
      made.not_compared = is_known_.count(destination.timeline) == 0 ? "first state" : "no state to compare with";
    }
    is_known_.emplace(destination.timeline, true);
    remember(step, destination);
    return made;
  }

  /// The next step is compared with this state; one without a state, with the last one that there was.
  void remember(const rl::Step& step, const Destination& destination) {
    if (destination.is_last) return forget(destination.timeline);
    const std::size_t bytes = step.state.raw().size();
    if (bytes == 0) return;
    forget(destination.timeline);
    if (held_bytes_ + bytes > state_bytes_) return;
    held_bytes_ += bytes;
    states_.emplace(destination.timeline, step.state);
  }

  void forget(std::size_t timeline) {
    const auto found = states_.find(timeline);
    if (found == states_.end()) return;
    held_bytes_ -= found->second.raw().size();
    states_.erase(found);
  }

  const rl::Recording& recording_;
  std::size_t state_bytes_;
  std::size_t held_bytes_ = 0;
  std::map<std::size_t, Destination> destinations_;  // by position
  std::unordered_map<std::size_t, Snapshot> states_;
  std::unordered_map<std::size_t, bool> is_known_;
};

}  // namespace

std::vector<Timeline> read_timelines(const std::vector<rl::Recording>& recordings, const Flight& flight,
                                     const std::vector<ChosenEpisode>& chosen, std::size_t state_bytes,
                                     const Progress& progress) {
  std::vector<Timeline> timelines(chosen.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) timelines[i].chosen = chosen[i];
  for (std::uint32_t number = 0; number < recordings.size(); ++number) {
    TimelineReader reader(recordings[number], state_bytes);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const EpisodeFlight& episode = flight.episodes[chosen[i].episode];
      if (flight.planes[episode.plane].recording != number) continue;
      reader.add(recordings[number].episodes()[episode.index], i, timelines[i]);
    }
    reader.read(timelines, progress);
  }
  return timelines;
}

}  // namespace kplane::cli::reporting
