#pragma once

#include <string>
#include <vector>

#include <kplane/stop.hpp>

#include "cli/session/session.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace kplane::cli {

/// Adds the commands to an app that has the flags already.
using AddCommands = void (*)(CLI::App& app, Session& session);

/// The whole command line: flags and commands. A Session and its App live equally long.
void set_up(CLI::App& app, Session& session, AddCommands add_commands);

/// Runs one call of the program. Throws nothing: what goes wrong is told on Streams::err.
/// @param arguments without the program's name @return the exit code
[[nodiscard]] int run_program(std::vector<std::string> arguments, const Streams& streams, AddCommands add_commands,
                              const StopToken& stop = {});

}  // namespace kplane::cli
