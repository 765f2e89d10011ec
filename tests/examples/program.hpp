// Program: another program, started by a test with an environment of the test's choice.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace kplane::tests {

/// Variables that replace those of the test's own environment. KPLANE_… variables are inherited by no program.
using Environment = std::map<std::string, std::string>;

/// How a program ended and what it said.
struct ProgramResult {
  int exit_code = -1;  ///< 128 and the signal's number when a signal ended it
  std::string out{};
  std::string err{};
};

/// A running program. The destructor kills it if nobody has waited for it.
class Program {
 public:
  /// @throws std::system_error when it cannot be started
  Program(const std::string& path, const std::vector<std::string>& arguments, const Environment& environment = {});
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  /// The next line of standard output, without its end; empty at the end. Not after wait().
  [[nodiscard]] std::string read_line();

  void send_signal(int signal) const;

  /// Reads what is left of its output, and waits until it has ended.
  [[nodiscard]] ProgramResult wait();

 private:
  int out_ = -1;
  int err_ = -1;
  pid_t pid_ = -1;
};

/// Runs a program to its end.
[[nodiscard]] inline ProgramResult run_program(const std::string& path, const std::vector<std::string>& arguments,
                                               const Environment& environment = {}) {
  return Program(path, arguments, environment).wait();
}

}  // namespace kplane::tests
