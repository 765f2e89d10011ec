// Calls of the command line in the test's own process.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <kplane/testing/local_server.hpp>

#include "cli/command/commands.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/program.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::tests {

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

struct Called {
  int code = -1;
  std::string out{};
  std::string err{};
};

/// @param input what stands on the standard input, which is a terminal where it is not empty
inline Called call(std::vector<std::string> arguments, const std::string& input = {}, const StopToken& stop = {}) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const bool terminal = !input.empty();
  const cli::Streams streams{in, out, err, terminal, false, terminal};
  const int code = cli::run_program(std::move(arguments), streams, &cli::add_commands, stop);
  return {code, out.str(), err.str()};
}

/// The same where the standard output is a terminal.
inline std::string on_terminal(std::vector<std::string> arguments) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  (void)cli::run_program(std::move(arguments), {in, out, err, false, true, false}, &cli::add_commands, {});
  return out.str();
}

/// The command line with the flags that lead to a LocalServer.
class Cli {
 public:
  /// @param token empty: the server's own
  explicit Cli(const testing::LocalServer& server, const std::string& token = {}) : url_(server.base_url()) {
    write("token", token.empty() ? server.token() : token);
    if (url_.rfind("https", 0) == 0) write("ca.pem", server.ca_pem());
  }

  Called operator()(std::vector<std::string> arguments, const std::string& input = {},
                    const StopToken& stop = {}) const {
    arguments.insert(arguments.end(), {"--server", url_, "--token-file", path("token")});
    if (url_.rfind("https", 0) == 0) arguments.insert(arguments.end(), {"--ca-file", path("ca.pem")});
    return call(std::move(arguments), input, stop);
  }

  /// A file beside the others. @return its path
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (directory_.path() / name).string(); }

 private:
  TemporaryDirectory directory_;
  std::string url_;
};

}  // namespace kplane::tests
