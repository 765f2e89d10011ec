// EventLoop: requests to many planes at once, on the one thread that runs it.
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

/// The bounds of an EventLoop.
struct EventLoopOptions {
  /// Requests in flight at once, beside those of silent planes (see BatchOptions), and connections kept. These are
  /// connections of the loop's own: ClientOptions::max_connections does not count here.
  std::size_t concurrency = 64;
  StopToken stop{};  ///< closes the loop, as EventLoop::close() does
};

/// Sends requests and reads states of any number of planes at once, and takes more while it runs. It starts no thread:
/// whoever calls run() lends it one, on which all that it does happens, functions of the caller included. A request in
/// back-off, or a state that is read again later, costs neither a thread nor a connection.
///
/// Each function that is given to it is called exactly once, with the result or, when the loop was closed before, with
/// a StoppedError. It must be quick, and may give the loop more to do. What it throws ends run(), from which it is
/// thrown, and closes the loop.
///
/// Thread safety: every member may be called from any thread, but run() and run_until_idle() from one at a time, and
/// the destructor when nobody uses the loop any more. Errors: bad input is thrown as ConfigError where it is given; all
/// else is in the results.
class KPLANE_API EventLoop {
 public:
  /// Takes the state of a plane.
  using StateFunction = std::function<void(StateResult)>;
  /// Takes the answer to a request.
  using ResponseFunction = std::function<void(ResponseResult)>;

  /// A loop for the planes of one Client. No I/O. @throws ConfigError when `concurrency` is 0
  explicit EventLoop(const Client& client, const EventLoopOptions& options = {});
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  EventLoop(EventLoop&&) = delete;
  EventLoop& operator=(EventLoop&&) = delete;
  /// Closes the loop. Functions that were not called yet are called now.
  ~EventLoop();

  /// Whether the plane came from the Client that the loop was made for.
  [[nodiscard]] bool takes(const Plane& plane) const noexcept;

  /// Reads a state, as Plane::state(). Returns at once. The time limits begin to run now.
  /// @throws ConfigError when an option is wrong or the plane came from another Client; StoppedError when the loop is
  /// closed
  void read_state(const Plane& plane, const StateOptions& options, StateFunction done);

  /// Reads a settled state, as Plane::settled_state(): one that shows what is in the log now. Between its looks it
  /// waits without a connection. Returns at once. @throws as read_state()
  void read_settled_state(const Plane& plane, const WriteLog& log, const SettleOptions& options, StateFunction done);

  /// Sends a request, as Plane::request(). Returns at once. The time limit begins to run now.
  /// @throws ConfigError when the request is malformed or the plane came from another Client; StoppedError when the
  /// loop is closed
  void send(const Plane& plane, const Request& request, ResponseFunction done);

  /// Works until close(), or until a stop is requested: the loop's or the Client's. What was not done by then ends in
  /// StoppedError before run() returns. @throws what a function throws
  void run();

  /// Works until there is nothing left to do, or as run(). @throws what a function throws
  void run_until_idle();

  /// Ends run() within a moment. What is under way is given up, and nothing more is taken.
  void close() noexcept;

 private:
  std::unique_ptr<detail::EventLoopCore> core_;
};

}  // namespace kplane
