// Parses the arguments, runs the chosen command, and turns what it throws into a message and an exit code.
#include "cli/session/program.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>
#include <ostream>
#include <string_view>
#include <utility>

#include <kplane/error.hpp>
#include <kplane/rl/recording_error.hpp>
#include <kplane/version.hpp>

#include "cli/output/json_output.hpp"
#include "cli/output/shown.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/help.hpp"

namespace kplane::cli {

namespace {

/// What a program may look at to tell errors apart.
struct Failure {
  int exit_code;
  std::string_view kind;
};

template <class Type>
bool is(const Error& error) {
  return dynamic_cast<const Type*>(&error) != nullptr;
}

Failure failure_of(const Error& error) {
  if (is<StoppedError>(error)) return {ExitCode::stopped, "stopped"};
  if (is<ConfigError>(error) || is<rl::RecordingError>(error)) return {ExitCode::usage, "usage"};
  if (is<TlsError>(error)) return {ExitCode::unreachable, "tls"};
  if (is<TimeoutError>(error)) return {ExitCode::unreachable, "timeout"};
  if (is<TransportError>(error)) return {ExitCode::unreachable, "transport"};
  if (is<CredentialError>(error)) return {ExitCode::unreachable, "credential"};
  if (is<DecodeError>(error)) return {ExitCode::unreachable, "decode"};
  if (is<ApiError>(error)) return {ExitCode::refused, "api"};
  return {ExitCode::negative, "failed"};
}

void report(const Session& session, const Error& error, const Failure& failure) {
  if (!session.json()) {
    session.err() << "kplane: " << error.what() << '\n';
    return;
  }
  Json told = {{"kind", failure.kind}, {"message", error.what()}, {"retryable", error.retryable()}};
  if (const auto* api = dynamic_cast<const ApiError*>(&error)) {
    told["status"] = api->status();
    told["reason"] = api->reason();
  }
  print_json(session.err(), Json{{"error", std::move(told)}});
}

int run_chosen(Session& session) {
  try {
    const int code = session.run();
    session.out().flush();
    if (session.out()) return code;
    session.err() << "kplane: the output could not be written\n";
    return ExitCode::internal;
  } catch (const Error& error) {
    const Failure failure = failure_of(error);
    session.out().flush();
    report(session, error, failure);
    return failure.exit_code;
  } catch (const std::exception& error) {
    session.err() << "kplane: " << shown(error.what()) << '\n';
    return ExitCode::internal;
  }
}

int explain(const CLI::App& app, const CLI::ParseError& error, const Streams& streams) {
  const bool is_help = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
  if (is_help) return app.exit(error, streams.out, streams.err);
  streams.err << "kplane: " << shown(error.what()) << "\nRun `kplane --help`, or `kplane COMMAND --help`.\n";
  return ExitCode::usage;
}

}  // namespace

void set_up(CLI::App& app, Session& session, AddCommands add_commands) {
  app.name("kplane");
  app.description("Looks after kplane virtual control planes.");
  app.set_version_flag("--version", "kplane " + std::string(version()), "Show the version");
  app.require_subcommand(1);
  app.formatter(help_formatter());
  app.set_help_flag("-h,--help", "Show this help");
  session.add_flags(app);
  add_commands(app, session);
}

int run_program(std::vector<std::string> arguments, const Streams& streams, AddCommands add_commands,
                const StopToken& stop) {
  Session session(streams, stop);
  CLI::App app;
  set_up(app, session, add_commands);
  try {
    std::reverse(arguments.begin(), arguments.end());  // the order that CLI11 takes them in
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return explain(app, error, streams);
  }
  return run_chosen(session);
}

}  // namespace kplane::cli
