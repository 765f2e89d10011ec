// kplane diff PLANE PLANE|FILE
#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>
#include <vector>

#include <kplane/baseline.hpp>
#include <kplane/diff.hpp>
#include <kplane/error.hpp>

#include "cli/command/commands.hpp"
#include "cli/command/input_file.hpp"
#include "cli/output/change_text.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace kplane::cli {

namespace {

struct DiffFlags {
  std::string before{};
  std::string after{};
  std::vector<std::string> ignored_fields{};
  std::vector<std::string> ignored_types{};
  bool server_fields = false;
  bool names_only = false;
};

bool is_file(const std::string& source) {
  std::error_code ignored;
  return source == "-" || source.find('/') != std::string::npos || std::filesystem::exists(source, ignored);
}

/// A state as `kplane state -o json` writes it, or a Baseline.
Snapshot read_file(const Session& session, const std::string& path) {
  const std::string text = read_input(session, path);
  try {
    return Baseline::from_json(text).state();
  } catch (const DecodeError&) {  // then it is a state, or nothing
    return Snapshot::from_json(text);
  }
}

class Source {
 public:
  explicit Source(Session& session) : session_(session) {}

  Snapshot read(const std::string& source) {
    if (is_file(source)) return read_file(session_, source);
    if (!client_) client_ = session_.client();
    StateOptions options;
    options.require_synced = true;  // an unfinished list would look like objects that were removed
    return client_->plane(source).state(options);
  }

 private:
  Session& session_;
  std::optional<Client> client_{};
};

DiffOptions diff_options(const DiffFlags& flags) {
  DiffOptions options;
  options.ignored_fields = flags.ignored_fields;
  options.ignored_types = flags.ignored_types;
  options.ignore_server_fields = !flags.server_fields;
  return options;
}

int run_diff(Session& session, const DiffFlags& flags) {
  Source source(session);
  const Snapshot before = source.read(flags.before);
  const Snapshot after = source.read(flags.after);
  const Vector<Change> changes = diff(before, after, diff_options(flags));
  if (session.json()) {
    Json all = Json::array();
    for (const Change& change : changes) all.push_back(change_json(change));
    print_json(session.out(), {{"changes", std::move(all)}});
  } else {
    for (const Change& change : changes) print_change(session.out(), change, {session.colours(), !flags.names_only, 0});
  }
  return changes.empty() ? ExitCode::success : ExitCode::negative;
}

}  // namespace

void add_diff(CLI::App& app, Session& session) {
  auto flags = std::make_shared<DiffFlags>();
  CLI::App& command = session.add_command(app, "diff", "Show what differs between two planes, or a plane and a file",
                                          [flags](Session& running) { return run_diff(running, *flags); });
  const std::string what =
      "; a file where there is one of that name: a state as `kplane state -o json` writes it, or a Baseline; -: "
      "standard input";
  command.add_option("BEFORE", flags->before, "Plane or file" + what)->type_name("PLANE|FILE")->required();
  command.add_option("AFTER", flags->after, "Plane or file to compare it with")->type_name("PLANE|FILE")->required();
  command.add_option("--ignore", flags->ignored_fields, "Field to leave out, a JSON pointer: /status, /spec/*/image")
      ->type_name("POINTER")
      ->allow_extra_args(false);
  command.add_option("--ignore-type", flags->ignored_types, "Type to leave out: pods, deployments.apps")
      ->type_name("TYPE")
      ->allow_extra_args(false);
  command.add_flag("--all-fields", flags->server_fields, "Do not leave out what a server sets by itself");
  command.add_flag("--names-only", flags->names_only, "Show the fields that differ without their values");
}

}  // namespace kplane::cli
