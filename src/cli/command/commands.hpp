// The commands. Each is one .cpp of this folder, which adds its words and options to the app; commands.cpp lists them.
#pragma once

namespace CLI {
class App;
}  // namespace CLI

namespace kplane::cli {

class Session;

void add_doctor(CLI::App& app, Session& session);
void add_report(CLI::App& app, Session& session);
void add_state(CLI::App& app, Session& session);
void add_diff(CLI::App& app, Session& session);
void add_fleets(CLI::App& app, Session& session);
void add_fork(CLI::App& app, Session& session);
void add_purge(CLI::App& app, Session& session);
void add_sweep(CLI::App& app, Session& session);
void add_kubeconfig(CLI::App& app, Session& session);
void add_replay(CLI::App& app, Session& session);
void add_completion(CLI::App& app, Session& session);

/// All of them, in the order in which the help names them.
void add_commands(CLI::App& app, Session& session);

}  // namespace kplane::cli
