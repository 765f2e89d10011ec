// Session: what all commands of one call share: the flags about the server and the output, and where the output goes.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include <kplane/client.hpp>
#include <kplane/stop.hpp>

namespace CLI {
class App;
}  // namespace CLI

namespace kplane::cli {

/// Where a command reads and writes, and which of these are a terminal.
struct Streams {
  std::istream& in;
  std::ostream& out;  ///< what was asked for
  std::ostream& err;  ///< what is for people only: errors, questions, progress
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  std::size_t width = 0;  ///< of the terminal that `out` is, in columns; 0: none, or not known
};

/// How to reach the server: the flags of every command.
struct ConnectionFlags {
  std::string server{};
  std::string token_file{};
  std::string ca_file{};
  bool insecure = false;
  std::string kubeconfig{};
  std::string context{};
  std::chrono::milliseconds timeout{30'000};  ///< ClientOptions::request_timeout
};

/// Not thread-safe.
class Session {
 public:
  /// What a command does. @return its exit code
  using Action = std::function<int(Session&)>;

  explicit Session(const Streams& streams, StopToken stop = {}) : streams_(streams), stop_(std::move(stop)) {}

  /// Adds the flags that every command takes.
  void add_flags(CLI::App& app);
  /// Adds a command; `action` is what run() does when it was the one that was chosen.
  CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& description, Action action);
  /// Does what the chosen command says. @return its exit code
  [[nodiscard]] int run() { return action_(*this); }

  /// A client of the server that the flags, or else the environment, name. @param options all other settings
  /// @throws ConfigError
  [[nodiscard]] Client client(ClientOptions options = {}) const;
  [[nodiscard]] const ConnectionFlags& connection() const noexcept { return connection_; }

  [[nodiscard]] bool json() const noexcept { return json_; }
  /// Whether text for people may have colours.
  [[nodiscard]] bool colours() const noexcept;
  /// Columns that a line for people may have; 0: any number.
  [[nodiscard]] std::size_t width() const noexcept { return streams_.out_is_terminal ? streams_.width : 0; }
  /// Whether progress is shown: on a terminal alone.
  [[nodiscard]] bool shows_progress() const noexcept { return streams_.err_is_terminal && !quiet_; }
  /// Writes text that a server sent to out(): on a terminal without what would control it.
  void print_sent(std::string_view text) const;
  [[nodiscard]] std::ostream& out() const noexcept { return streams_.out; }
  [[nodiscard]] std::ostream& err() const noexcept { return streams_.err; }
  [[nodiscard]] std::istream& in() const noexcept { return streams_.in; }
  [[nodiscard]] const StopToken& stop() const noexcept { return stop_; }

  /// Asks on the terminal whether to do something that cannot be undone. @param yes the command's flag --yes: do not
  /// ask
  /// @throws ConfigError where there is no terminal to ask on; StoppedError for a signal meanwhile
  [[nodiscard]] bool confirm(const std::string& question, bool yes) const;

 private:
  Streams streams_;
  StopToken stop_;
  ConnectionFlags connection_;
  bool json_ = false;
  bool quiet_ = false;
  bool no_colour_ = false;
  Action action_;
};

}  // namespace kplane::cli
