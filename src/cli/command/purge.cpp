// kplane purge PLANE...
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <kplane/client.hpp>
#include <kplane/restore_result.hpp>

#include "cli/command/commands.hpp"
#include "cli/output/change_text.hpp"
#include "cli/output/progress_bar.hpp"
#include "cli/output/shown.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace kplane::cli {

namespace {

struct PurgeFlags {
  std::vector<std::string> planes{};
  std::string fleet{};
  bool yes = false;
};

std::vector<Plane> planes_of(const Client& client, const PurgeFlags& flags) {
  if (!flags.fleet.empty()) return client.get_fleet(flags.fleet).planes();
  std::vector<Plane> planes;
  for (const std::string& plane : flags.planes) planes.push_back(client.plane(plane));
  return planes;
}

std::string names_of(const std::vector<Plane>& planes) {
  std::vector<std::string> names;
  names.reserve(planes.size());
  for (const Plane& plane : planes) names.push_back(plane.cluster());
  return joined(names);
}

void tell(const Session& session, const RestoreResult& result) {
  if (result) {
    session.out() << result.plane().cluster() << ": " << result.undone().size() << " objects removed\n";
  } else {
    session.err() << "kplane: " << result.plane().cluster() << ": " << result.error().what() << '\n';
  }
}

Json as_json(const RestoreResult& result) {
  Json told = {{"plane", result.plane().cluster()}, {"purged", static_cast<bool>(result)}};
  told["removed"] = Json::array();
  for (const Change& change : result.undone()) told["removed"].push_back(change_json(change));
  if (!result) told["error"] = result.error().what();
  return told;
}

int run_purge(Session& session, const PurgeFlags& flags) {
  const Client client = session.client();
  const std::vector<Plane> planes = planes_of(client, flags);
  const std::string question = "Remove everything that is in " + std::to_string(planes.size()) +
                               (planes.size() == 1 ? " plane" : " planes") + " of " + client.root_plane().base_url() +
                               ": " + names_of(planes) + "?";
  if (!session.confirm(question, flags.yes)) return ExitCode::negative;
  // In parts, so that progress can be seen.
  constexpr std::size_t part_size = 32;
  ProgressBar bar(session.err(), session.shows_progress(), "purging");
  std::size_t failed = 0;
  Json all = Json::array();
  for (std::size_t begin = 0; begin < planes.size(); begin += part_size) {
    bar.update(begin, planes.size());
    const auto from = planes.begin() + static_cast<std::ptrdiff_t>(begin);
    const std::vector<Plane> part(from, from + static_cast<std::ptrdiff_t>(std::min(part_size, planes.size() - begin)));
    for (const RestoreResult& result : client.purge(part)) {
      failed += result ? 0 : 1;
      session.json() ? all.push_back(as_json(result)) : tell(session, result);
    }
    if (session.stop().stop_requested())
      throw StoppedError("stopped; planes that are not named as purged may hold anything: purge them again");
  }
  if (session.json()) print_json(session.out(), {{"planes", std::move(all)}});
  return failed == 0 ? ExitCode::success : ExitCode::negative;
}

}  // namespace

void add_purge(CLI::App& app, Session& session) {
  auto flags = std::make_shared<PurgeFlags>();
  CLI::App& command = session.add_command(app, "purge", "Remove everything that a fresh plane does not have",
                                          [flags](Session& running) { return run_purge(running, *flags); });
  CLI::Option* planes = command.add_option("PLANE", flags->planes, "IDs of the planes");
  CLI::Option* fleet =
      command.add_option("--fleet", flags->fleet, "All planes of this Fleet, which itself stays")->type_name("NAME");
  planes->excludes(fleet);
  command.require_option(1, 0);
  command.add_flag("-y,--yes", flags->yes, "Do not ask");
}

}  // namespace kplane::cli
