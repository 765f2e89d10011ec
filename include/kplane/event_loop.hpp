// Requests to many planes at once on a single thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include <kplane/batch.hpp>
#include <kplane/client.hpp>
#include <kplane/export.hpp>
#include <kplane/plane.hpp>
#include <kplane/request.hpp>
#include <kplane/response_result.hpp>
#include <kplane/settle_options.hpp>
#include <kplane/state_options.hpp>
#include <kplane/stop.hpp>
#include <kplane/write_log.hpp>

namespace kplane {

namespace detail {
class EventLoopCore;
}  // namespace detail

/// Options of an EventLoop.
struct EventLoopOptions {
  /// Requests in flight at once, not counting those of silent planes (see BatchOptions), and connections kept. The loop
  /// has its own connections: ClientOptions::max_connections does not apply.
  std::size_t concurrency = 64;
  StopToken stop{};  ///< closes the loop, as EventLoop::close() does
};

/// Sends requests and reads states of any number of planes at once, and accepts more while it runs. It starts no
/// thread: everything, including the caller's functions, runs on the thread that calls run(). A request in backoff, or
/// a state that is to be read again, holds neither a thread nor a connection.
///
/// Each completion function is called exactly once, with the result or, if the loop was closed first, with a
/// StoppedError. It must return quickly and may submit more work. An exception from it closes the loop and propagates
/// from run().
///
/// Thread safety: every member may be called from any thread, but run() and run_until_idle() from one at a time, and
/// the destructor only when nothing else uses the loop. Errors: invalid input is thrown as ConfigError from the call
/// that passes it; all else is in the results.
class KPLANE_API EventLoop {
 public:
  /// Receives the state of a plane.
  using StateFunction = std::function<void(StateResult)>;
  /// Receives the answer to a request.
  using ResponseFunction = std::function<void(ResponseResult)>;

  /// A loop for the planes of one Client. No I/O. @throws ConfigError when `concurrency` is 0
  explicit EventLoop(const Client& client, const EventLoopOptions& options = {});
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  EventLoop(EventLoop&&) = delete;
  EventLoop& operator=(EventLoop&&) = delete;
  /// Closes the loop. Completion functions not yet called are called now, with StoppedError.
  ~EventLoop();

  /// Whether the plane came from the Client that the loop was made for.
  [[nodiscard]] bool takes(const Plane& plane) const noexcept;

  /// Reads a state, as Plane::state(). Returns at once. The timeout starts now.
  /// @throws ConfigError when an option is invalid or the plane came from another Client; StoppedError when the loop is
  /// closed
  void read_state(const Plane& plane, const StateOptions& options, StateFunction done);

  /// Reads a settled state, as Plane::settled_state(): one that shows what is in the log now. It holds no connection
  /// between reads. Returns at once. @throws as read_state()
  void read_settled_state(const Plane& plane, const WriteLog& log, const SettleOptions& options, StateFunction done);

  /// Sends a request, as Plane::request(). Returns at once. The timeout starts now.
  /// @throws ConfigError when the request is malformed or the plane came from another Client; StoppedError when the
  /// loop is closed
  void send(const Plane& plane, const Request& request, ResponseFunction done);

  /// Runs until close() is called or a stop is requested through the loop's or the Client's token. Work not done by
  /// then gets StoppedError before run() returns. @throws whatever a completion function throws
  void run();

  /// Runs until no work is left, or until run() would return. @throws whatever a completion function throws
  void run_until_idle();

  /// Makes run() return promptly. Work in progress is abandoned, and no more is accepted.
  void close() noexcept;

 private:
  std::unique_ptr<detail::EventLoopCore> core_;
};

}  // namespace kplane
