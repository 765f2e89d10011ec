// kplane sweep
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/rl/sweep.hpp>

#include "cli/command/commands.hpp"
#include "cli/output/json_output.hpp"
#include "cli/output/shown.hpp"
#include "cli/output/table.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace kplane::cli {

namespace {

struct SweepFlags {
  std::string ns = "default";
  bool dry_run = false;
  bool yes = false;
};

std::string_view word_of(rl::RunState state) {
  switch (state) {
    case rl::RunState::alive:
      return "alive";
    case rl::RunState::undecided:
      return "undecided";
    case rl::RunState::dead:
      return "dead";
    case rl::RunState::swept:
      return "swept";
    case rl::RunState::failed:
      return "failed";
  }
  return "";
}

void print_runs(const Session& session, const std::vector<rl::SweptRun>& runs) {
  if (session.json()) {
    Json all = Json::array();
    for (const rl::SweptRun& run : runs) {
      Json told = {{"id", run.id},         {"state", word_of(run.state)},   {"holder", run.holder},
                   {"planes", run.planes}, {"keptPlanes", run.kept_planes}, {"fleets", run.fleets}};
      if (!run.error.empty()) told["error"] = run.error;
      all.push_back(std::move(told));
    }
    print_json(session.out(), {{"runs", std::move(all)}});
    return;
  }
  Table table({"RUN", "STATE", "PLANES", "KEPT", "FLEETS", "HOLDER"});
  for (const rl::SweptRun& run : runs) {
    table.add({run.id, std::string(word_of(run.state)), std::to_string(run.planes.size()),
               std::to_string(run.kept_planes.size()), std::to_string(run.fleets.size()), run.holder});
  }
  if (table.empty()) session.err() << "no runs are recorded\n";
  table.print(session.out());
  for (const rl::SweptRun& run : runs) {
    if (!run.error.empty()) session.err() << "kplane: " << shown(run.id) << ": " << run.error << '\n';
  }
}

bool has(const std::vector<rl::SweptRun>& runs, rl::RunState state) {
  return std::any_of(runs.begin(), runs.end(), [&](const rl::SweptRun& run) { return run.state == state; });
}

std::vector<rl::SweptRun> sweep_runs(const Session& session, const Client& client, const SweepFlags& flags,
                                     bool dry_run) {
  rl::SweepOptions options;
  options.dry_run = dry_run;
  options.ns = flags.ns;
  options.stop = session.stop();
  if (session.shows_progress() && !session.json())
    session.err() << "looking for signs of life, for as long as a Lease lasts (usually 30 s)...\n";
  return rl::sweep(client, options);
}

int run_sweep(Session& session, const SweepFlags& flags) {
  const Client client = session.client();
  if (!flags.yes) {
    const std::vector<rl::SweptRun> found = sweep_runs(session, client, flags, true);
    if (flags.dry_run || !has(found, rl::RunState::dead)) {
      print_runs(session, found);
      return ExitCode::success;
    }
    if (!session.json()) print_runs(session, found);
    if (!session.confirm("Clear away what the dead ones have left?", false)) return ExitCode::negative;
  }
  const std::vector<rl::SweptRun> swept = sweep_runs(session, client, flags, false);
  print_runs(session, swept);
  return has(swept, rl::RunState::failed) ? ExitCode::negative : ExitCode::success;
}

}  // namespace

void add_sweep(CLI::App& app, Session& session) {
  auto flags = std::make_shared<SweepFlags>();
  CLI::App& command = session.add_command(app, "sweep", "Clear away what dead runs have left: planes and Fleets",
                                          [flags](Session& running) { return run_sweep(running, *flags); });
  command.add_option("-n,--namespace", flags->ns, "Namespace of the root plane in which the runs are recorded")
      ->type_name("NAMESPACE")
      ->capture_default_str();
  CLI::Option* dry_run = command.add_flag("--dry-run", flags->dry_run, "Say what is dead, and touch nothing");
  command.add_flag("-y,--yes", flags->yes, "Do not ask")->excludes(dry_run);
}

}  // namespace kplane::cli
