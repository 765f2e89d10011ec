// kplane: the command line.
#include <iostream>
#include <string>
#include <vector>

#include <sys/ioctl.h>
#include <unistd.h>

#include <kplane/rl/interrupted.hpp>

#include "cli/command/commands.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/program.hpp"

namespace {

std::size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

int main(int count, char** words) {
  const kplane::rl::Interrupted interrupted;
  const kplane::cli::Streams streams{std::cin,
                                     std::cout,
                                     std::cerr,
                                     ::isatty(STDIN_FILENO) == 1,
                                     ::isatty(STDOUT_FILENO) == 1,
                                     ::isatty(STDERR_FILENO) == 1,
                                     terminal_width()};
  const std::vector<std::string> arguments(words + 1, words + count);
  const int code = kplane::cli::run_program(arguments, streams, &kplane::cli::add_commands, interrupted.token());
  return code == kplane::cli::ExitCode::stopped && interrupted ? interrupted.exit_code() : code;
}
