// Interrupted: Ctrl-C and SIGTERM as a stop, so that every destructor runs.
#pragma once

#include <memory>

#include <kplane/export.hpp>
#include <kplane/stop.hpp>

namespace kplane::rl {

/// While it lives, SIGINT and SIGTERM request a stop instead of ending the process: calls that were given token() throw
/// StoppedError, and the program leaves by its destructors. The second signal of a kind does what it would have done
/// without this, which is to end the process where nobody has set a handler. One that comes within half a second of the
/// first counts as the same: timeout(1) and launchers send a signal to the process and to its group. Afterwards the
/// signals do what they did before. A process that is forked meanwhile is ended by them, at once.
///
///     kplane::rl::Interrupted interrupted;
///     while (!interrupted) step();
///     return interrupted.exit_code();
///
/// Clean-up itself needs a Client that does not stop: Run and EphemeralFleet see to that themselves.
///
/// Thread safety: every member may be called from any thread. Cost: a thread that sleeps until a signal comes.
class KPLANE_API Interrupted {
 public:
  /// From now on. @throws ConfigError when the process has one already, or when there are no file descriptors or
  /// threads left
  Interrupted();
  Interrupted(const Interrupted&) = delete;
  Interrupted& operator=(const Interrupted&) = delete;
  ~Interrupted();

  /// Whether a signal has come.
  [[nodiscard]] explicit operator bool() const noexcept { return signal() != 0; }
  /// The last signal that has come; 0: none.
  [[nodiscard]] int signal() const noexcept;
  /// What shells report for a program that the signal ended, such as 130; 0: none has come.
  [[nodiscard]] int exit_code() const noexcept;
  /// For the options of calls. Its stop is requested on a thread of this class, a moment after the signal.
  [[nodiscard]] StopToken token() const noexcept;

 private:
  class Watcher;
  std::unique_ptr<Watcher> watcher_;
};

}  // namespace kplane::rl
