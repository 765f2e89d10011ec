// The queues of a PlanePool's planes, and how a send becomes an observation.
// The stages of a send are its requests (in the event loop) or its function (on a worker), the read of the state (in
// the event loop), and the score (on a worker). The thread that ends a send starts the plane's next one.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <kplane/error.hpp>
#include <kplane/event_loop.hpp>
#include <kplane/rl/plane_pool.hpp>
#include <kplane/settle_options.hpp>
#include <kplane/write_log.hpp>

#include "rl/pool/threads.hpp"

namespace kplane::rl::detail {

/// One send. Only one thread at a time works on it; the pool's mutex synchronises the handover.
struct PoolJob {
  std::size_t index = 0;
  std::uint64_t send = 0;
  std::vector<Request> requests{};
  PlanePool::Function function{};
  StopSource stop{};
  std::chrono::steady_clock::time_point begun{};
  std::vector<ResponseResult> responses{};
  std::optional<StateResult> state{};
  std::optional<double> score{};
  std::exception_ptr failure{};
};
using PoolJobPtr = std::shared_ptr<PoolJob>;

/// Thread-safe, except for the destructor.
class PoolCore {
 public:
  PoolCore(const Client& client, std::vector<Plane> planes, PlanePoolOptions options);
  PoolCore(const PoolCore&) = delete;
  PoolCore& operator=(const PoolCore&) = delete;
  PoolCore(PoolCore&&) = delete;
  PoolCore& operator=(PoolCore&&) = delete;
  ~PoolCore();

  [[nodiscard]] std::size_t size() const noexcept { return planes_.size(); }
  /// @throws ConfigError
  [[nodiscard]] const Plane& plane(std::size_t index) const;
  /// @throws ConfigError
  std::uint64_t send(std::size_t index, std::vector<Request> requests, PlanePool::Function function);
  /// @param deadline none: no limit
  [[nodiscard]] Vector<Observation> recv(std::ptrdiff_t at_least,
                                         std::optional<std::chrono::steady_clock::time_point> deadline);
  [[nodiscard]] std::size_t pending() const;
  void cancel(std::size_t index);
  void cancel() noexcept;
  void close();
  [[nodiscard]] bool has_workers() const noexcept { return options_.workers > 0; }

 private:
  using Queue = std::list<PoolJobPtr>;  // the first one is in progress; an empty list needs no allocation

  void begin(PoolJobPtr job);
  [[nodiscard]] bool begins(const PoolJobPtr& job);
  [[nodiscard]] bool sends_next_request(const PoolJobPtr& job);
  [[nodiscard]] bool reads_state(const PoolJobPtr& job);
  [[nodiscard]] std::shared_ptr<const Error> shared(const Error& error) const noexcept;
  [[nodiscard]] bool ends_as_stopped(PoolJob& job) const;
  [[nodiscard]] bool ends_with(PoolJob& job, std::shared_ptr<const Error> error) const;
  void run_function(const PoolJobPtr& job);
  void take_response(const PoolJobPtr& job, ResponseResult result);
  void take_state(const PoolJobPtr& job, StateResult state);
  void score(const PoolJobPtr& job);
  void end(const PoolJobPtr& job);
  [[nodiscard]] PoolJobPtr finish(const PoolJobPtr& job);
  [[nodiscard]] Observation observation_of(PoolJob& job) const;
  [[nodiscard]] bool is_stopped(const PoolJob& job) const noexcept;
  static void stop_jobs(const Queue& queue) noexcept;

  WriteLog log_;
  const std::vector<Plane> planes_;  // their writes are logged
  const PlanePoolOptions options_;
  const SettleOptions settle_;
  const std::shared_ptr<const Error> out_of_memory_;

  mutable std::mutex mutex_;
  std::condition_variable done_;
  std::vector<Queue> queues_;     // one for each plane
  Vector<Observation> observed_;  // not received yet; has room for those under way
  std::size_t under_way_ = 0;     // sends that are in a queue
  std::uint64_t sends_ = 0;
  std::size_t wanted_ = 0;  // the smallest number that a receiver waits for; 0: unknown
  bool is_closed_ = false;

  EventLoop loop_;
  Workers workers_;
  std::thread io_;
};

}  // namespace kplane::rl::detail
