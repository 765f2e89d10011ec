// Single calls take a handle from the pool for each attempt, so that a call in backoff holds no connection.
#include "http/transport.hpp"

#include <limits>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace kplane::http {

namespace {

/// Threads that are joined at the end of their scope.
class ScopedThreads {
 public:
  explicit ScopedThreads(std::size_t most) { threads_.reserve(most); }
  ScopedThreads(const ScopedThreads&) = delete;
  ScopedThreads& operator=(const ScopedThreads&) = delete;
  ScopedThreads(ScopedThreads&&) = delete;
  ScopedThreads& operator=(ScopedThreads&&) = delete;
  ~ScopedThreads() {
    for (std::thread& thread : threads_) thread.join();
  }

  /// @param body must not throw @return false when the system cannot start another thread
  template <class Body>
  bool start(Body body) {
    try {
      threads_.emplace_back(std::move(body));
      return true;
    } catch (const std::system_error&) {
      return false;
    }
  }

 private:
  std::vector<std::thread> threads_;
};

}  // namespace

Transport::Transport(TransportOptions options)
    : options_(std::move(options)),
      connections_(
          options_.max_connections, options_.idle_limit, [] { return curl::Connection(); }, options_.clock),
      stream_connections_(
          std::numeric_limits<std::size_t>::max(), options_.idle_limit, [] { return curl::Connection(); },
          options_.clock),
      batch_connections_(
          std::numeric_limits<std::size_t>::max(), options_.idle_limit, [] { return BatchConnections(); },
          options_.clock) {}

Result<Response> Transport::send(Request request) {
  RequestAttempts attempts(options_, std::move(request));
  for (;;) {
    const std::optional<TimePoint> next = attempt(attempts);
    if (!next) return attempts.take_result();
    options_.clock.sleep_until(*next, attempts.stops());
  }
}

// The attempt is finished before the connection is returned, because that reads its handle.
std::optional<TimePoint> Transport::attempt(RequestAttempts& attempts) {
  if (options_.clock.now() >= attempts.deadline()) {
    return attempts.end(attempts.overdue());
  }
  if (auto error = attempts.identify(attempts.stops())) return attempts.end(error);
  auto connection = connections_.acquire(attempts.deadline(), attempts.stops());
  if (attempts.stops().stop_requested()) return attempts.end(attempts.stopped());
  if (!connection) {
    return attempts.end(attempts.overdue(
        "no connection became available before the deadline: all ClientOptions::max_connections are in use"));
  }
  connection->discard();  // unless the attempt succeeds
  try {
    attempts.begin((*connection)->next(), attempts.stops());
  } catch (const Error& failure) {
    return attempts.end(failure.share());
  }
  const std::optional<CURLcode> code = curl::perform(**connection, attempts.stops());
  if (!code) return attempts.end(attempts.abandon());
  if (*code == CURLE_OK) connection->keep();
  return attempts.finish(*code);
}

std::unique_ptr<Stream> Transport::open(Request request) {
  return std::make_unique<Stream>(options_, stream_connections_, std::move(request));
}

void Transport::run(BatchHandler& handler, const BatchLimits& limits) {
  BatchQueue queue(limits.count);
  run_part(handler, queue, limits);
}

void Transport::run(const BatchHandlers& handlers, const BatchLimits& limits) {
  if (handlers.size() == 1) return run(*handlers.front(), limits);
  BatchQueue queue(limits.count);
  BatchLimits all = limits;
  all.stops = limits.stops.with(queue.abort_token());
  const auto run_on_thread = [&](std::size_t thread) noexcept {
    try {
      run_part(*handlers[thread], queue, all.share(thread, handlers.size()));
    } catch (...) {
      queue.abort(std::current_exception());
    }
  };
  {
    ScopedThreads others(handlers.size() - 1);
    for (std::size_t thread = 1; thread < handlers.size(); ++thread) {
      if (!others.start([&run_on_thread, thread] { run_on_thread(thread); })) break;
    }
    run_on_thread(0);
  }
  queue.rethrow();
}

void Transport::run(OpenBatchHandler& handler, const BatchLimits& limits) {
  auto connections = batch_connections_.acquire(TimePoint::max());
  connections->discard();  // unless the batch succeeds
  Batch batch(options_, **connections, handler, limits);
  batch.run();
  connections->keep();
}

void Transport::run_part(BatchHandler& handler, BatchQueue& queue, const BatchLimits& limits) {
  auto connections = batch_connections_.acquire(TimePoint::max());
  connections->discard();  // unless the batch succeeds
  Batch batch(options_, **connections, handler, queue, limits);
  batch.run();
  if (!queue.is_aborted()) connections->keep();
}

}  // namespace kplane::http
