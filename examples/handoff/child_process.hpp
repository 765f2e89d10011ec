// Runs the agent as a separate program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace handoff {

/// The search path for programs, as in `PATH`.
[[nodiscard]] std::string search_path();
[[nodiscard]] bool is_installed(std::string_view program);

/// Runs a program with exactly this environment, and waits until it ends.
/// @return its exit code; 128 and the signal's number when a signal ended it
/// @throws std::system_error when it cannot be run
[[nodiscard]] int run_program(const std::string& program, std::vector<std::string> environment);

}  // namespace handoff
