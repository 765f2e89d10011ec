// Turns Ctrl-C and SIGTERM into a stop, so that every destructor runs.
#pragma once

#include <memory>

#include <kplane/export.hpp>
#include <kplane/stop.hpp>

namespace kplane::rl {

/// While it exists, SIGINT and SIGTERM request a stop instead of ending the process: calls that were given token()
/// throw StoppedError, and the program can unwind normally. A second signal of the same kind has its previous effect,
/// which is to end the process unless a handler was set; but one within half a second of the first is taken for the
/// same, because timeout(1) and launchers send a signal both to the process and to its group. The destructor restores
/// the previous signal handling. In a child forked meanwhile, these signals end the process at once.
///
///     kplane::rl::Interrupted interrupted;
///     while (!interrupted) step();
///     return interrupted.exit_code();
///
/// Clean-up needs a Client without a stop (Client::without_stop()); Run and EphemeralFleet use one by themselves.
///
/// Thread safety: every member may be called from any thread. Cost: a thread that sleeps until a signal arrives.
class KPLANE_API Interrupted {
 public:
  /// Installs the handlers. @throws ConfigError when the process already has an Interrupted, or has no file descriptors
  /// or threads left
  Interrupted();
  Interrupted(const Interrupted&) = delete;
  Interrupted& operator=(const Interrupted&) = delete;
  ~Interrupted();

  /// Whether a signal has arrived.
  [[nodiscard]] explicit operator bool() const noexcept { return signal() != 0; }
  /// The last signal that arrived; 0: none.
  [[nodiscard]] int signal() const noexcept;
  /// The exit status that shells report for a program ended by the signal, such as 130; 0: no signal has arrived.
  [[nodiscard]] int exit_code() const noexcept;
  /// For the options of calls. The stop is requested on this class's own thread, shortly after the signal.
  [[nodiscard]] StopToken token() const noexcept;

 private:
  class Watcher;
  std::unique_ptr<Watcher> watcher_;
};

}  // namespace kplane::rl
