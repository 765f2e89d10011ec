// Many requests at once on the calling thread, with libcurl's multi interface.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "curl/event_multi.hpp"
#include "curl/handles.hpp"
#include "http/concurrency_limiter.hpp"
#include "http/request_attempts.hpp"
#include "http/transport_options.hpp"

namespace kplane::http {

/// A request to make after one that ended.
struct FollowUp {
  Request request;
  TimePoint at{};  ///< no earlier than this
};

/// A request in addition to those that the batch started with, with its own number.
struct AddedRequest {
  std::size_t index;
  FollowUp what;
};

/// Provides the requests of a batch and receives their results. Called on the thread that runs the batch.
class BatchHandler {
 public:
  BatchHandler() = default;
  BatchHandler(const BatchHandler&) = delete;
  BatchHandler& operator=(const BatchHandler&) = delete;
  virtual ~BatchHandler() = default;

  /// Returns request number `index`; called when there is a free slot for it.
  virtual Request make_request(std::size_t index) = 0;
  /// Takes the result of a request. @return a follow-up request, such as one to a fallback URL.
  virtual std::optional<FollowUp> take(std::size_t index, Result<Response> result) = 0;
  /// Further requests to make concurrently; called after each of the above, and sent before new numbers.
  virtual std::vector<AddedRequest> take_added() { return {}; }
};

/// The handler of a batch whose requests arrive while it runs. After any change to what these functions return, wake
/// the batch with wake().
class OpenBatchHandler : public BatchHandler {
 public:
  /// A newly arrived request, each returned once; called when there is a free slot for it.
  virtual std::optional<std::size_t> next_arrival() = 0;
  /// Whether next_arrival() has one.
  [[nodiscard]] virtual bool has_arrivals() = 0;
  /// Whether the batch keeps running when there is nothing left to do.
  [[nodiscard]] virtual bool stays_open() = 0;
  /// Whether the stop of a single request was requested since the last call.
  [[nodiscard]] virtual bool take_stop_notice() { return false; }

  /// Does what is due, such as reading what the sinks of requests have received. @return whether there was anything
  virtual bool work() { return false; }
  /// When work() has to be called at the latest.
  [[nodiscard]] virtual TimePoint next_work() { return TimePoint::max(); }
  /// Requests to abort without a result, each returned once; the batch calls forget() when it has dropped one.
  [[nodiscard]] virtual std::vector<std::size_t> take_cancelled() { return {}; }
  /// What the request refers to is no longer used.
  virtual void forget(std::size_t index) { static_cast<void>(index); }
};

/// One handler for each thread that runs a batch.
using BatchHandlers = std::vector<std::unique_ptr<BatchHandler>>;

/// What the threads of a batch share: the requests that none of them has started yet, and the first failure.
/// Thread-safe.
class BatchQueue {
 public:
  /// Requests 0 … count-1.
  explicit BatchQueue(std::size_t count) : count_(count), left_(count) {}

  [[nodiscard]] bool empty() const noexcept { return left_.load(std::memory_order_relaxed) == 0; }
  /// @param from_end whether to take the last one rather than the first @return nullopt when none is left
  [[nodiscard]] std::optional<std::size_t> take(bool from_end) noexcept;

  /// Ends the batch on all threads because of an exception; the first one counts. No more results are delivered.
  void abort(std::exception_ptr why) noexcept;
  [[nodiscard]] bool is_aborted() const noexcept { return aborted_.stop_requested(); }
  /// Ends what a thread waits for when the batch is aborted.
  [[nodiscard]] StopToken abort_token() const noexcept { return aborted_.token(); }
  /// Call when no thread runs it any more. @throws the exception that ended it, if one did
  void rethrow() const;

 private:
  const std::size_t count_;
  std::atomic<std::size_t> left_;
  // Both together never exceed the number of takes that `left_` has granted, so they never meet.
  std::atomic<std::size_t> taken_from_front_{0};
  std::atomic<std::size_t> taken_from_end_{0};
  StopSource aborted_;
  std::mutex mutex_;
  std::exception_ptr why_;
};

/// Limits of a batch.
struct BatchLimits {
  std::size_t count = 0;        ///< requests 0 … count-1 are made
  std::size_t concurrency = 1;  ///< requests in flight at most, not counting stalled ones: see ConcurrencyLimiter
  TimePoint deadline = TimePoint::max();
  detail::StopTokens stops{};  ///< the batch's; stops of single requests are checked in an open batch only
  std::size_t most_stalled = ConcurrencyLimiter::most_stalled_in_all;  ///< stalled requests at most
  std::size_t most_streams = 0;  ///< in an open batch: requests with a sink, which count until their response begins

  /// The share of one of `threads` threads, of which none gets a concurrency of 0.
  [[nodiscard]] BatchLimits share(std::size_t thread, std::size_t threads) const noexcept;
};

/// The curl handles of one batch at a time, kept with their connections for the next batch.
struct BatchConnections {
  std::unique_ptr<curl::EventMulti> multi = std::make_unique<curl::EventMulti>();
  std::vector<curl::EasyHandle> idle{};

  /// Makes the batch that uses these check its handler and its stops again. Thread-safe.
  void wake() const noexcept;
};

/// One run over the requests. A request in backoff uses no slot.
class Batch final : private IdleWork {
 public:
  /// One that takes its requests from `queue`, of which `limits` has the rest.
  Batch(const TransportOptions& options, BatchConnections& connections, BatchHandler& handler, BatchQueue& queue,
        const BatchLimits& limits);
  /// A batch to which requests are added while it runs; the handler's functions must be quick. `limits.count` is not
  /// used.
  Batch(const TransportOptions& options, BatchConnections& connections, OpenBatchHandler& handler,
        const BatchLimits& limits);
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  Batch(Batch&&) = delete;
  Batch& operator=(Batch&&) = delete;
  /// Aborts what is still in flight.
  ~Batch() override;

  void run();

 private:
  struct Job {
    Job(std::size_t number, const TransportOptions& options, Request request)
        : index(number), attempts(options, std::move(request)) {}

    std::size_t index;
    RequestAttempts attempts;
  };
  struct Flight {
    std::unique_ptr<Job> job;
    curl::EasyHandle handle;  // destroyed first: it points into the job
    TransferProgress progress{};
    bool is_counted = true;  // against the concurrency
  };
  struct Waiting {
    TimePoint at;
    std::unique_ptr<Job> job;
  };

  Batch(const TransportOptions& options, BatchConnections& connections, BatchHandler& handler, OpenBatchHandler* open,
        BatchQueue* queue, const BatchLimits& limits);
  void work(Milliseconds longest) noexcept override;
  void start_what_fits();
  [[nodiscard]] std::unique_ptr<Job> next_job();
  [[nodiscard]] std::unique_ptr<Job> due_job();
  void launch(std::unique_ptr<Job> job);
  [[nodiscard]] bool collect();
  [[nodiscard]] bool collect_one();
  [[nodiscard]] bool end_overdue();
  void conclude(Flight flight, CURLcode code);
  void end_stopped();
  void drop_cancelled();
  [[nodiscard]] bool release_stalled();
  [[nodiscard]] bool release_streams();
  void settle(std::unique_ptr<Job> job, Result<Response> result);
  void give_up(std::unique_ptr<Job> job, Result<Response> result);
  [[nodiscard]] Flight land(CURL* handle);
  void stop_all();
  [[nodiscard]] std::unique_ptr<Job> make_job(std::size_t index, Request request) const;
  void add_requests();
  void wait(std::unique_ptr<Job> job, TimePoint at);
  [[nodiscard]] Milliseconds longest_wait() const;
  [[nodiscard]] TimePoint now() const { return options_.clock.now(); }
  [[nodiscard]] bool is_aborted() const noexcept { return queue_ != nullptr && queue_->is_aborted(); }
  [[nodiscard]] bool has_more() const;
  [[nodiscard]] bool is_done() const;

  const TransportOptions& options_;
  BatchConnections& connections_;
  BatchHandler& handler_;
  OpenBatchHandler* const open_;  // the same, of an open batch; else nullptr
  BatchQueue* const queue_;       // nullptr in an open batch
  const BatchLimits limits_;
  std::unordered_map<CURL*, Flight> in_flight_;
  std::vector<CURL*> opening_;    // those of them whose stream may not have begun
  std::vector<Waiting> waiting_;  // a heap, the next one due in front
  ConcurrencyLimiter limiter_;
  TimePoint next_overdue_ = TimePoint::max();  // when one of those in flight may be overdue
  bool from_end_ = false;
  std::exception_ptr failure_;  // thrown during idle work
};

}  // namespace kplane::http
