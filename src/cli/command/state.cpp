// kplane state PLANE [TYPE...]
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kplane/error.hpp>
#include <kplane/plane.hpp>

#include "cli/command/commands.hpp"
#include "cli/output/age.hpp"
#include "cli/output/json_output.hpp"
#include "cli/output/json_path.hpp"
#include "cli/output/shown.hpp"
#include "cli/output/table.hpp"
#include "cli/output/yaml_text.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace kplane::cli {

namespace {

constexpr std::string_view json_path_prefix = "jsonpath=";

struct StateFlags {
  std::string plane{};
  std::vector<std::string> types{};
  std::string format = "table";
  bool include_empty = false;
  bool synced = false;
};

/// A type as somebody typed it: `pods`, `deployments.apps`, or `example.com/v1/widgets`, which is listed.
struct WantedType {
  std::string plural{};
  std::string group{};
  bool has_group = false;
};

WantedType wanted_type(const std::string& text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string::npos) return {text, {}, false};
  return {text.substr(0, dot), text.substr(dot + 1), true};
}

bool is_listed(const std::string& text) { return text.find('/') != std::string::npos; }

ListedType listed_type(const std::string& text) {
  const std::size_t slash = text.rfind('/');
  return {text.substr(0, slash), text.substr(slash + 1)};
}

StateOptions state_options(const StateFlags& flags) {
  StateOptions options;
  options.include_empty = flags.include_empty;
  options.require_synced = flags.synced;
  for (const std::string& type : flags.types) {
    if (is_listed(type)) {
      options.listed_types.push_back(listed_type(type));
      options.resources.push_back(options.listed_types.back().plural);
    } else {
      options.resources.push_back(wanted_type(type).plural);
    }
  }
  return options;
}

std::string type_name(const SnapshotResource& type) {
  return type.group.empty() ? type.resource : type.resource + '.' + type.group;
}

/// The state has every type of a plural; with a group, one of them was asked for.
bool is_wanted(const SnapshotResource& type, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return true;
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& text) {
    if (is_listed(text)) return listed_type(text).plural == type.resource;
    const WantedType one = wanted_type(text);
    return one.plural == type.resource && (!one.has_group || one.group == type.group);
  });
}

void print_types(std::ostream& out, const Snapshot& state, const std::vector<std::string>& wanted) {
  Table table({"TYPE", "OBJECTS", "SYNCED"});
  for (const SnapshotResource& type : state.resources) {
    if (is_wanted(type, wanted))
      table.add({type_name(type), std::to_string(type.items.size()), type.synced ? "yes" : "no"});
  }
  table.print(out);
}

std::string age_of(const Object& object, WallTime now) {
  const auto created = parse_time(object.get<std::string>("/metadata/creationTimestamp").value_or(std::string()));
  return created ? age_text(std::chrono::duration_cast<std::chrono::seconds>(now - *created)) : std::string("-");
}

void print_objects(std::ostream& out, const Snapshot& state, const std::vector<std::string>& wanted) {
  Table table({"TYPE", "NAMESPACE", "NAME", "AGE"});
  for (const SnapshotResource& type : state.resources) {
    if (!is_wanted(type, wanted)) continue;
    std::vector<std::vector<std::string>> rows;
    for (const Object& object : type.items) {
      rows.push_back({type_name(type), object.ns().empty() ? "-" : std::string(object.ns()), std::string(object.name()),
                      age_of(object, state.snapshot_time)});
    }
    std::sort(rows.begin(), rows.end());  // a state's order means nothing
    for (auto& row : rows) table.add(std::move(row));
  }
  table.print(out);
}

void warn_of_unsynced(const Session& session, const Snapshot& state, const std::vector<std::string>& wanted) {
  for (const SnapshotResource& type : state.resources) {
    if (type.synced || !is_wanted(type, wanted)) continue;
    session.err() << "kplane: the server has not finished listing " << shown(type_name(type))
                  << ": what is missing may exist; --synced waits\n";
  }
}

int run_state(Session& session, const StateFlags& flags) {
  const Client client = session.client();
  const Snapshot state = client.plane(flags.plane).state(state_options(flags));
  if (session.json() || flags.format == "json") {
    session.print_sent(state.raw());
    session.out() << (state.raw().empty() || state.raw().back() != '\n' ? "\n" : "");
  } else if (flags.format == "yaml") {
    session.out() << yaml_text(parse_ordered(state.raw()));
  } else if (flags.format.rfind(json_path_prefix, 0) == 0) {
    session.print_sent(
        json_path(std::string_view(flags.format).substr(json_path_prefix.size()), parse_ordered(state.raw())));
    session.out() << '\n';
  } else if (flags.types.empty()) {
    print_types(session.out(), state, flags.types);
  } else {
    print_objects(session.out(), state, flags.types);
  }
  if (!session.json()) warn_of_unsynced(session, state, flags.types);
  return ExitCode::success;
}

}  // namespace

void add_state(CLI::App& app, Session& session) {
  auto flags = std::make_shared<StateFlags>();
  CLI::App& command = session.add_command(app, "state", "Show what is in a plane",
                                          [flags](Session& running) { return run_state(running, *flags); });
  command.add_option("PLANE", flags->plane, "ID of the plane; one that does not exist is made by the server")
      ->required();
  command.add_option("TYPE", flags->types,
                     "Types to show: pods, deployments.apps; example.com/v1/widgets for one of a CRD");
  command.add_option("-o,--output", flags->format, "table, json, yaml, or jsonpath=TEMPLATE as for kubectl")
      ->type_name("FORMAT")
      ->check([](const std::string& format) {
        const bool is_known =
            format == "table" || format == "json" || format == "yaml" || format.rfind(json_path_prefix, 0) == 0;
        return is_known ? std::string() : "must be table, json, yaml or jsonpath=TEMPLATE, not " + format;
      });
  command.add_flag("--all-types", flags->include_empty, "Show types without objects too");
  command.add_flag("--synced", flags->synced, "Wait until the server has listed every type");
}

}  // namespace kplane::cli
