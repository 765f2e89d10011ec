// Runs a program and reads its output, with limits on time and size.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "http/message.hpp"

namespace kplane::auth {

struct ChildProgram {
  std::vector<std::string> arguments;    ///< the program first: a path, or a name in an absolute directory of PATH
  std::vector<std::string> environment;  ///< `NAME=value`, all of it
  std::size_t most_output = 0;           ///< of standard output, bytes; a program that writes more is killed
  std::size_t most_errors = 0;           ///< of standard error; of more, the last whole lines of so many bytes are
                                         ///< kept, or none where the others had JSON or PEM, which these may go on with
};

struct ChildResult {
  enum class End { exited, signaled, out_of_time, stopped, too_much_output };

  End end = End::exited;
  int code = 0;  ///< the exit status or the signal number; 0 if a SIGCHLD handler has taken the status
  std::string output;
  std::string errors;
};

/// A program was named without a slash, and PATH has no program of that name.
class NotInPath : public std::system_error {
 public:
  explicit NotInPath(const std::string& name)
      : std::system_error(std::make_error_code(std::errc::no_such_file_or_directory), name) {}
};

/// Blocks until the program has ended or `limits` is exhausted; it is then killed with all programs it has started. It
/// gets no input, no terminal, no blocked or ignored signals, and only the standard descriptors (before glibc 2.34:
/// also those not marked close-on-exec).
/// @throws std::system_error when it cannot be started; NotInPath when it was not found
[[nodiscard]] ChildResult run_child(const ChildProgram& program, const http::WaitLimits& limits);

}  // namespace kplane::auth
