// kplane fleets [NAME]
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>

#include <kplane/client.hpp>

#include "cli/command/commands.hpp"
#include "cli/output/age.hpp"
#include "cli/output/json_output.hpp"
#include "cli/output/table.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace kplane::cli {

namespace {

struct FleetsFlags {
  std::string name{};
  std::string selector{};
};

std::ptrdiff_t ready_members(const Fleet& fleet) {
  const auto& members = fleet.members();
  return std::count_if(members.begin(), members.end(), [](const FleetMember& one) { return one.is_ready(); });
}

std::string label_of(const Fleet& fleet, const std::string& label) {
  const auto& labels = fleet.spec().labels;
  const auto found = labels.find(label);
  return found == labels.end() ? std::string("-") : found->second;
}

std::string age_of(const Fleet& fleet) {
  const auto created =
      parse_time(fleet.object().get<std::string>("/metadata/creationTimestamp").value_or(std::string()));
  if (!created) return "-";
  return age_text(std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now() - *created));
}

int list_fleets(const Session& session, const Client& client, const FleetsFlags& flags) {
  ListOptions options;
  options.label_selector = flags.selector;
  const Vector<Fleet> fleets = client.list_fleets(options);
  if (session.json()) {
    Json all = Json::array();
    for (const Fleet& fleet : fleets) all.push_back(parse_ordered(fleet.object().raw()));
    print_json(session.out(), {{"fleets", std::move(all)}});
    return ExitCode::success;
  }
  Table table({"NAME", "DESIRED", "READY", "AGE", "RUN"});
  for (const Fleet& fleet : fleets) {
    table.add({fleet.name(), std::to_string(fleet.spec().replicas), std::to_string(ready_members(fleet)), age_of(fleet),
               label_of(fleet, "kplane.dev/run")});
  }
  if (table.empty()) session.err() << "there are no Fleets\n";
  table.print(session.out());
  return ExitCode::success;
}

int show_fleet(const Session& session, const Fleet& fleet) {
  if (session.json()) {
    print_json(session.out(), parse_ordered(fleet.object().raw()));
    return ExitCode::success;
  }
  Table table({"PLANE", "PHASE", "SINCE", "MESSAGE"});
  for (const FleetMember& member : fleet.members()) {
    table.add({member.cluster.empty() ? "-" : member.cluster, member.phase,
               member.last_transition_time ? time_text(*member.last_transition_time) : "-", member.message});
  }
  if (table.empty()) session.err() << "its controller has not named its planes yet\n";
  table.print(session.out());
  return ExitCode::success;
}

int run_fleets(Session& session, const FleetsFlags& flags) {
  const Client client = session.client();
  return flags.name.empty() ? list_fleets(session, client, flags) : show_fleet(session, client.get_fleet(flags.name));
}

}  // namespace

void add_fleets(CLI::App& app, Session& session) {
  auto flags = std::make_shared<FleetsFlags>();
  CLI::App& command = session.add_command(app, "fleets", "List the Fleets, or the planes of one",
                                          [flags](Session& running) { return run_fleets(running, *flags); });
  CLI::Option* name = command.add_option("NAME", flags->name, "Fleet whose planes are listed");
  command.add_option("-l,--selector", flags->selector, "Only Fleets with these labels: team=rl")
      ->type_name("LABELS")
      ->excludes(name);
}

}  // namespace kplane::cli
