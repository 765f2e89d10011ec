#include "cli/command/commands.hpp"

#include <array>

namespace kplane::cli {

namespace {

using AddCommand = void (*)(CLI::App& app, Session& session);

constexpr std::array all_commands = {
    AddCommand{&add_doctor},
    AddCommand{&add_state},
};

}  // namespace

void add_commands(CLI::App& app, Session& session) {
  for (const AddCommand add : all_commands) add(app, session);
}

}  // namespace kplane::cli
