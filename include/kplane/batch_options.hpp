#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include <kplane/stop.hpp>

namespace kplane {

/// Concurrency, time limit, stop and threads of a batch.
///
/// A plane that stops sending does not delay the others. When nothing has arrived from it for four times the usual
/// response time (at least 100 ms; a second at first) although a plane that was asked later has answered, it no longer
/// counts against `concurrency`, and another request is sent. Its request keeps its connection and the part of the body
/// received so far, and counts again when data resumes. Up to 15 such requests per unit of `concurrency` may be in
/// flight, and 256 in all, each possibly with a body in memory. If every plane is silent, one more request is sent
/// after one second, another after two more seconds, another after four more, and so on.
struct BatchOptions {
  std::size_t concurrency = 16;  ///< requests in flight at once, not counting those of silent planes, and connections
                                 ///< kept for the next batch; capped by ClientOptions::max_connections
  std::optional<std::chrono::milliseconds>
      timeout{};     ///< for the whole batch; planes not done by then get TimeoutError. None: no limit
  StopToken stop{};  ///< planes not done when a stop is requested get StoppedError
  /// Threads that send, read and decode, and call the batch's function: the calling thread and `threads - 1` that the
  /// call starts and joins before it returns or throws. At least 1; more than 1,024 is a ConfigError, more than
  /// `concurrency` is as many as that. They take planes from one queue, so a slow plane holds up no other thread, and
  /// `concurrency` and the limits on silent planes are divided among them; each has its own connections. They inherit
  /// the signal mask of the calling thread. If the system cannot start that many, the call uses fewer. More than one
  /// pays where a result costs more CPU time than reading it, or where the server answers faster than one core asks.
  /// wait_for() runs on the calling thread, whatever this says.
  std::size_t threads = 1;
};

}  // namespace kplane
