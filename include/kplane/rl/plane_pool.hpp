// PlanePool: many planes that are acted on and read at once, without a thread for each.
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
  /// What is read of a plane after each send, and for how long at most: a settled state, which shows what the pool has
  /// written to the plane (Plane::settled_state()). Its `stop` is not used: see cancel() and `stop`.
  StateOptions state{};
  /// Waits until the state has not changed for so long, as SettleOptions::quiet: for functions that let an agent with
  /// credentials of its own at the plane. 0: does not.
  std::chrono::milliseconds quiet{0};
  /// Threads for the functions that are sent, and for `score`; 0 where there are none.
  int workers = 1;
  /// Called on a worker with each observation that has a state, before recv() hands it out; several at once where there
  /// are several workers. Its result is Observation::score.
  std::function<double(const Observation&)> score{};
  /// Requests in flight at once, beside those of silent planes, and connections; 0: one for each plane, at most 256.
  int concurrency = 0;
  StopToken stop{};  ///< ends everything that is under way, and whatever is sent later, with StoppedError
};

/// Acts on planes and reads their states, all at once: send() says what to do with a plane and returns at once, recv()
/// takes what is done. One thread of the pool does all requests, so a slow plane delays nobody and costs no thread;
/// PlanePoolOptions::workers more run the functions of the caller.
///
/// What is sent to one plane is carried out in order: each plane has a queue, of any length, and at most one send under
/// way. Every send() leads to exactly one Observation, whatever fails. Observations of different planes come as they
/// are done.
///
/// Thread safety: every member may be called from any thread, and from the functions that the pool runs, but for the
/// destructor: by one thread that is none of the pool's, when nobody uses the pool any more.
/// Cost: some 500 bytes for each plane; a connection for each request in flight.
/// Errors: bad input is thrown as ConfigError where it is given; all else is in the observations.
class KPLANE_API PlanePool {
 public:
  /// What is done to a plane by code of the caller's. It runs with the signal mask of the thread that made the pool.
  using Function = std::function<void(const Plane&)>;

  /// A pool of planes of one Client, in the order that their indexes name. Starts the threads; no I/O. The pool has a
  /// WriteLog of its own, which takes the place of one that the planes may have.
  /// @throws ConfigError when an option is wrong, or a plane came from another Client or is there twice;
  /// std::system_error when no thread could be started
  PlanePool(const Client& client, std::vector<Plane> planes, PlanePoolOptions options = {});
  PlanePool(const PlanePool&) = delete;
  PlanePool& operator=(const PlanePool&) = delete;
  PlanePool(PlanePool&&) = delete;
  PlanePool& operator=(PlanePool&&) = delete;
  /// close(), and waits until functions that run have returned. Observations that were not received are dropped.
  ~PlanePool();

  /// How many planes there are.
  [[nodiscard]] std::size_t size() const noexcept;
  /// A plane, whose writes the next send's state shows: make them while no send to it is under way. @throws ConfigError
  /// when there is none of that index
  [[nodiscard]] Plane plane(std::size_t index) const;

  /// Reads the plane's state. @return a number that is the observation's `send`: 1 for the pool's first send, then
  /// counting up @throws ConfigError when there is no such plane, or after close()
  std::uint64_t send(std::size_t index);
  /// Sends the requests, one after the other, each when the one before it was answered, and then reads the state. An
  /// error ends the sequence; the state is read nevertheless. A request's `stop` is not used: see cancel().
  /// Resource::patch_request() and its like make requests. @return as send() @throws as send()
  std::uint64_t send(std::size_t index, std::vector<Request> requests);
  /// The same with one request.
  std::uint64_t send(std::size_t index, Request request);
  /// Calls the function with the plane, on a worker, and then reads the state, also when it threw: that is
  /// Observation::failure. A call to it is not interrupted.
  /// @return as send() @throws as send(); ConfigError for an empty function, and where there are no workers
  std::uint64_t send(std::size_t index, Function function);

  /// Blocks until at least so many observations are there, or all that is under way is done. @return all that are
  /// there, in the order in which they were done; empty when nothing was under way
  /// @param at_least 0: does not block @throws ConfigError when it is negative
  [[nodiscard]] Vector<Observation> recv(std::ptrdiff_t at_least = 1);
  /// The same, but blocks no longer than `timeout`, and then returns what is there.
  [[nodiscard]] Vector<Observation> recv(std::ptrdiff_t at_least, std::chrono::milliseconds timeout);

  /// How many sends there are whose observation was not received yet.
  [[nodiscard]] std::size_t pending() const;

  /// Ends what was sent to a plane until now, with StoppedError as the observation's state. What a server has begun it
  /// may carry out; a function that runs is not interrupted, but its state is not read. Returns at once. @throws
  /// ConfigError when there is no such plane
  void cancel(std::size_t index);
  /// The same for all planes.
  void cancel();

  /// Cancels everything, and takes nothing more; recv() hands out what is left. Returns at once.
  void close();

 private:
  std::unique_ptr<detail::PoolCore> core_;
};

}  // namespace kplane::rl
