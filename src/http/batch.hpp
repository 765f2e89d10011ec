// Many requests at once on the calling thread, with libcurl's multi interface.
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/concurrency_limiter.hpp"
#include "http/connection.hpp"
#include "http/curl_handles.hpp"
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
  [[nodiscard]] virtual bool take_stop_notice() = 0;
};

/// Limits of a batch.
struct BatchLimits {
  std::size_t count = 0;        ///< requests 0 … count-1 are made
  std::size_t concurrency = 1;  ///< requests in flight at most, not counting stalled ones: see ConcurrencyLimiter
  TimePoint deadline = TimePoint::max();
  detail::StopTokens stops{};  ///< the batch's; stops of single requests are checked in an open batch only
};

/// The curl handles of one batch at a time, kept with their connections for the next batch.
struct BatchConnections {
  MultiHandle multi = make_multi();
  std::vector<EasyHandle> idle{};

  /// Makes the batch that uses these check its handler and its stops again. Thread-safe.
  void wake() const noexcept;
};

/// One run over the requests. A request in backoff uses no slot.
class Batch final : private IdleWork {
 public:
  Batch(const TransportOptions& options, BatchConnections& connections, BatchHandler& handler,
        const BatchLimits& limits);
  /// A batch to which requests are added while it runs; the handler's functions must be quick. `limits.count` is 0.
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
    EasyHandle handle;  // destroyed first: it points into the job
    TransferProgress progress{};
  };
  struct Waiting {
    TimePoint at;
    std::unique_ptr<Job> job;
  };

  Batch(const TransportOptions& options, BatchConnections& connections, BatchHandler& handler, OpenBatchHandler* open,
        const BatchLimits& limits);
  void work(Milliseconds longest) noexcept override;
  void start_what_fits();
  [[nodiscard]] std::unique_ptr<Job> next_job();
  [[nodiscard]] std::unique_ptr<Job> due_job();
  void launch(std::unique_ptr<Job> job);
  void perform() const;
  [[nodiscard]] bool collect();
  [[nodiscard]] bool collect_one();
  void end_stopped();
  [[nodiscard]] bool release_stalled();
  void settle(std::unique_ptr<Job> job, Result<Response> result);
  void give_up(std::unique_ptr<Job> job, Result<Response> result);
  [[nodiscard]] Flight land(CURL* handle);
  void stop_all();
  [[nodiscard]] std::unique_ptr<Job> make_job(std::size_t index, Request request) const;
  void add_requests();
  void wait(std::unique_ptr<Job> job, TimePoint at);
  [[nodiscard]] Milliseconds longest_poll() const;
  [[nodiscard]] TimePoint now() const { return options_.clock.now(); }
  [[nodiscard]] bool has_more() const;
  [[nodiscard]] bool is_done() const;

  const TransportOptions& options_;
  BatchConnections& connections_;
  BatchHandler& handler_;
  OpenBatchHandler* const open_;  // the same, of an open batch; else nullptr
  const BatchLimits limits_;
  std::unordered_map<CURL*, Flight> in_flight_;
  std::vector<Waiting> waiting_;  // a heap, the next one due in front
  ConcurrencyLimiter limiter_;
  std::size_t next_ = 0;  // requests from here up to end_ were not made yet
  std::size_t end_;
  bool from_end_ = false;
  std::exception_ptr failure_;  // thrown during idle work
};

}  // namespace kplane::http
