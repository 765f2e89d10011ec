// kplane replay FILE
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <kplane/diff.hpp>
#include <kplane/rl/recording.hpp>
#include <kplane/rl/replay.hpp>

#include "cli/command/commands.hpp"
#include "cli/output/age.hpp"
#include "cli/output/change_text.hpp"
#include "cli/output/shown.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace kplane::cli {

namespace {

constexpr std::size_t longest_action = 100;

struct ReplayFlags {
  std::string file{};
  std::optional<std::int64_t> episode{};
  std::string plane{};
  bool summary = false;
  bool changes = false;
};

/// The steps that were asked for, in the order in which they were recorded.
std::vector<std::size_t> wanted_steps(const rl::Recording& recording, const ReplayFlags& flags) {
  std::vector<std::size_t> steps;
  for (const rl::RecordedEpisode& episode : recording.episodes()) {
    if (flags.episode && episode.episode != *flags.episode) continue;
    if (!flags.plane.empty() && episode.plane != flags.plane) continue;
    steps.insert(steps.end(), episode.steps.begin(), episode.steps.end());
  }
  std::sort(steps.begin(), steps.end());
  return steps;
}

/// Tells what changed in each plane from one step to the next.
class Changes {
 public:
  /// nullopt: the first state of the plane's episode, or none
  std::optional<Vector<Change>> take(const rl::Step& step) {
    std::optional<Vector<Change>> changes;
    const auto before = last_.find(step.plane);
    const bool has_state = !step.state.raw().empty();
    if (has_state && before != last_.end() && before->second.episode == step.episode)
      changes = diff(before->second.state, step.state);
    if (has_state) last_[step.plane] = {step.episode, step.state};
    return changes;
  }

 private:
  struct Seen {
    std::int64_t episode = 0;
    Snapshot state{};
  };
  std::map<std::string, Seen> last_;
};

std::string number_text(double number) { return json_text(Json(number)); }

std::string counts_text(const Vector<Change>& changes) {
  const auto count = [&](ChangeType type) {
    return std::to_string(
        std::count_if(changes.begin(), changes.end(), [&](const Change& one) { return one.type == type; }));
  };
  return "+" + count(ChangeType::added) + " -" + count(ChangeType::removed) + " ~" + count(ChangeType::modified);
}

void print_step(const Session& session, const rl::Step& step, const std::optional<Vector<Change>>& changes,
                bool show_changes) {
  std::ostream& out = session.out();
  out << "episode " << step.episode << "  step " << step.step << "  " << shown(step.plane);
  if (step.reward) out << "  reward " << number_text(*step.reward);
  if (changes) out << "  " << counts_text(*changes);
  if (!step.action.empty()) out << "  " << shown(step.action, longest_action);
  out << '\n';
  if (!show_changes || !changes) return;
  for (const Change& change : *changes) print_change(out, change, {session.colours(), true, 4});
}

Json parsed_or_null(const std::string& text) { return text.empty() ? Json() : parse_ordered(text); }

void print_step_json(const Session& session, const rl::Step& step, const std::optional<Vector<Change>>& changes) {
  Json told = {{"episode", step.episode}, {"step", step.step}, {"plane", step.plane}};
  if (step.reward) told["reward"] = *step.reward;
  if (!step.action.empty()) told["action"] = parsed_or_null(step.action);
  if (!step.info.empty()) told["info"] = parsed_or_null(step.info);
  if (changes) {
    told["changes"] = Json::array();
    for (const Change& change : *changes) told["changes"].push_back(change_json(change));
  }
  print_json_line(session.out(), told);
}

struct Returns {
  std::size_t episodes = 0;
  std::size_t steps = 0;
  double sum = 0;
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();
};

Returns returns_of(const rl::Recording& recording, const std::vector<std::size_t>& steps) {
  std::map<std::pair<std::int64_t, std::string>, double> by_episode;
  rl::Replay replay(recording, steps);
  for (const rl::Step& step : replay) by_episode[{step.episode, step.plane}] += step.reward.value_or(0);
  Returns returns;
  returns.episodes = by_episode.size();
  returns.steps = steps.size();
  for (const auto& [episode, sum] : by_episode) {
    returns.sum += sum;
    returns.least = std::min(returns.least, sum);
    returns.most = std::max(returns.most, sum);
  }
  return returns;
}

void print_summary(const Session& session, const rl::Recording& recording, const std::vector<std::size_t>& steps) {
  const Returns returns = returns_of(recording, steps);
  const rl::RecordingHeader& header = recording.header();
  const double mean = returns.episodes == 0 ? 0 : returns.sum / static_cast<double>(returns.episodes);
  if (session.json()) {
    Json told = {{"file", recording.path()},
                 {"created", time_text(header.created)},
                 {"library", header.library_version},
                 {"server", header.server_version},
                 {"info", parsed_or_null(header.info)},
                 {"planes", recording.planes().size()},
                 {"episodes", returns.episodes},
                 {"steps", returns.steps},
                 {"tornBytes", recording.torn_bytes()}};
    if (returns.episodes > 0) told["returns"] = {{"mean", mean}, {"least", returns.least}, {"most", returns.most}};
    print_json(session.out(), told);
    return;
  }
  std::ostream& out = session.out();
  out << shown(recording.path()) << ": begun " << time_text(header.created) << " by kplane-cpp "
      << shown(header.library_version);
  if (!header.server_version.empty()) out << ", Kubernetes " << shown(header.server_version);
  out << '\n'
      << returns.steps << " steps in " << returns.episodes << " episodes of " << recording.planes().size()
      << " planes\n";
  if (returns.episodes > 0)
    out << "return of an episode: " << number_text(mean) << " in the mean, from " << number_text(returns.least)
        << " to " << number_text(returns.most) << '\n';
  if (!header.info.empty()) out << "info: " << shown(header.info, 400) << '\n';
  if (recording.torn_bytes() > 0)
    out << recording.torn_bytes() << " bytes at the end belong to a step that is not complete\n";
}

int run_replay(Session& session, const ReplayFlags& flags) {
  const rl::Recording recording(flags.file);
  const std::vector<std::size_t> steps = wanted_steps(recording, flags);
  if (flags.summary) {
    print_summary(session, recording, steps);
    return ExitCode::success;
  }
  Changes changes;
  rl::Replay replay(recording, steps);
  for (const rl::Step& step : replay) {
    if (session.stop().stop_requested()) throw StoppedError("stopped");
    const std::optional<Vector<Change>> changed = changes.take(step);
    session.json() ? print_step_json(session, step, changed) : print_step(session, step, changed, flags.changes);
    if (!session.out()) break;
  }
  return ExitCode::success;
}

}  // namespace

void add_replay(CLI::App& app, Session& session) {
  auto flags = std::make_shared<ReplayFlags>();
  CLI::App& command = session.add_command(app, "replay", "Show the steps of a recording; with --json, a line for each",
                                          [flags](Session& running) { return run_replay(running, *flags); });
  command.add_option("FILE", flags->file, "Recording, as rl::Recorder writes it")->required();
  command.add_option("--episode", flags->episode, "Only this episode")->type_name("NUMBER");
  command.add_option("--plane", flags->plane, "Only this plane")->type_name("PLANE");
  CLI::Option* summary =
      command.add_flag("--summary", flags->summary, "Only what the recording holds, and the returns of its episodes");
  command.add_flag("--changes", flags->changes, "Show what changed in the plane with each step")->excludes(summary);
}

}  // namespace kplane::cli
