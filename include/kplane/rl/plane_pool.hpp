// Acts on many planes and reads them at once, without a thread for each.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <kplane/client.hpp>
#include <kplane/export.hpp>
#include <kplane/plane.hpp>
#include <kplane/request.hpp>
#include <kplane/rl/observation.hpp>
#include <kplane/state_options.hpp>
#include <kplane/stop.hpp>
#include <kplane/vector.hpp>

namespace kplane::rl {

namespace detail {
class PoolCore;
}  // namespace detail

/// How a PlanePool works. A plain aggregate: use designated initialisers.
struct PlanePoolOptions {
  /// What to read from a plane after each send, and the timeout: it is a settled state, which shows what the pool has
  /// written to the plane (Plane::settled_state()). Its `stop` is ignored: see cancel() and `stop`.
  StateOptions state{};
  /// Waits until the state has not changed for this long, as SettleOptions::quiet: for functions that let an agent with
  /// its own credentials act on the plane. 0: do not wait.
  std::chrono::milliseconds quiet{0};
  /// Threads that run the functions passed to send(), and `score`; may be 0 if there are none.
  int workers = 1;
  /// Called on a worker for each observation that has a state, before recv() returns it; concurrently if there are
  /// several workers. Its result becomes Observation::score.
  std::function<double(const Observation&)> score{};
  /// Requests in flight at once, not counting those of silent planes (see BatchOptions), and connections; 0: one for
  /// each plane, at most 256.
  int concurrency = 0;
  StopToken stop{};  ///< ends all current and later sends with StoppedError
};

/// Acts on planes and reads their states, concurrently: send() submits work for a plane and returns at once, recv()
/// returns finished observations. One thread of the pool makes all requests, so a slow plane delays no other and costs
/// no thread; PlanePoolOptions::workers more threads run the caller's functions.
///
/// Sends to one plane are carried out in order: each plane has an unbounded queue and at most one send in progress.
/// Every send() yields exactly one Observation, whatever fails. Observations of different planes arrive in the order of
/// completion.
///
/// Thread safety: every member may be called from any thread, including from functions that the pool runs, except the
/// destructor, which must run on a thread outside the pool when nothing else uses the pool.
/// Cost: about 500 bytes per plane; a connection per request in flight. Errors: invalid input is thrown as ConfigError
/// from the call that passes it; all else is in the observations.
class KPLANE_API PlanePool {
 public:
  /// Code of the caller that acts on a plane. It runs with the signal mask of the thread that constructed the pool.
  using Function = std::function<void(const Plane&)>;

  /// A pool of planes of one Client; the position in `planes` is the plane's index. Starts the threads; no I/O. The
  /// pool has its own WriteLog, which replaces any log of the planes.
  /// @throws ConfigError when an option is invalid, or a plane came from another Client or appears twice;
  /// std::system_error when a thread cannot be started
  PlanePool(const Client& client, std::vector<Plane> planes, PlanePoolOptions options = {});
  PlanePool(const PlanePool&) = delete;
  PlanePool& operator=(const PlanePool&) = delete;
  PlanePool(PlanePool&&) = delete;
  PlanePool& operator=(PlanePool&&) = delete;
  /// Calls close() and blocks until running functions have returned. Observations that were not received are dropped.
  ~PlanePool();

  /// How many planes there are.
  [[nodiscard]] std::size_t size() const noexcept;
  /// A handle on a plane whose writes are logged, so that the next send's state shows them: write through it only while
  /// no send to the plane is in progress. @throws ConfigError when `index` is out of range
  [[nodiscard]] Plane plane(std::size_t index) const;

  /// Reads the plane's state. Returns at once. @return the number that identifies the observation (Observation::send):
  /// 1 for the pool's first send, then counting up @throws ConfigError when `index` is out of range, or after close()
  std::uint64_t send(std::size_t index);
  /// Sends the requests one after the other, each once the previous one has been answered, and then reads the state. An
  /// error ends the sequence; the state is still read. A request's `stop` is ignored: see cancel().
  /// Resource::patch_request() and its siblings make requests. @return as send() @throws as send()
  std::uint64_t send(std::size_t index, std::vector<Request> requests);
  /// The same with one request.
  std::uint64_t send(std::size_t index, Request request);
  /// Calls the function with the plane, on a worker, and then reads the state. If the function throws, the state is
  /// still read, and the exception becomes Observation::failure. A running function is not interrupted.
  /// @return as send() @throws as send(); ConfigError for an empty function, and when there are no workers
  std::uint64_t send(std::size_t index, Function function);

  /// Blocks until at least `at_least` observations are available, or nothing is pending. @return all available
  /// observations, in the order of completion; empty when nothing was pending
  /// @param at_least 0: do not block @throws ConfigError when it is negative
  [[nodiscard]] Vector<Observation> recv(std::ptrdiff_t at_least = 1);
  /// The same, but blocks for at most `timeout`, and then returns what is available.
  [[nodiscard]] Vector<Observation> recv(std::ptrdiff_t at_least, std::chrono::milliseconds timeout);

  /// The number of sends whose observation has not been received yet.
  [[nodiscard]] std::size_t pending() const;

  /// Ends all sends to a plane so far: their observations hold StoppedError instead of a state. The server may still
  /// carry out a request that it has received; a running function is not interrupted, but no state is read after it.
  /// Returns at once. @throws ConfigError when `index` is out of range
  void cancel(std::size_t index);
  /// The same for all planes.
  void cancel();

  /// Cancels everything and accepts no more sends; recv() returns the remaining observations. Returns at once.
  void close();

 private:
  std::unique_ptr<detail::PoolCore> core_;
};

}  // namespace kplane::rl
