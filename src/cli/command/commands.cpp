#include "cli/command/commands.hpp"

#include <array>

namespace kplane::cli {

namespace {

using AddCommand = void (*)(CLI::App& app, Session& session);

constexpr std::array all_commands = {
    AddCommand{&add_doctor}, AddCommand{&add_state},  AddCommand{&add_diff},       AddCommand{&add_fleets},
    AddCommand{&add_fork},   AddCommand{&add_purge},  AddCommand{&add_sweep},      AddCommand{&add_kubeconfig},
    AddCommand{&add_replay}, AddCommand{&add_report}, AddCommand{&add_completion},
};

}  // namespace

void add_commands(CLI::App& app, Session& session) {
  for (const AddCommand add : all_commands) add(app, session);
}

}  // namespace kplane::cli
