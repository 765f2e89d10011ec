// Running the agent as a program of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace handoff {

/// The directories in which programs are looked for, as `PATH` has them.
[[nodiscard]] std::string search_path();
[[nodiscard]] bool is_installed(std::string_view program);

/// Runs a program with nothing in its environment but these lines, and waits for its end.
/// @return its exit code; 128 and the signal's number when a signal ended it
/// @throws std::system_error when it cannot be run
[[nodiscard]] int run_program(const std::string& program, std::vector<std::string> environment);

}  // namespace handoff
