// Batch: many requests at once on the calling thread, by libcurl's multi interface.
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

/// A request to make in the place of one that ended.
struct FollowUp {
  Request request;
  TimePoint at{};  ///< no earlier than this
};

/// A request beside those that the batch began with, under a number of its own.
struct AddedRequest {
  std::size_t index;
  FollowUp what;
};

/// What a batch asks for its requests, and tells their results. Called on the thread that runs the batch.
class BatchHandler {
 public:
  BatchHandler() = default;
  BatchHandler(const BatchHandler&) = delete;
  BatchHandler& operator=(const BatchHandler&) = delete;
  virtual ~BatchHandler() = default;

  /// The request number `index`, asked for when there is room to send it.
  virtual Request make_request(std::size_t index) = 0;
  /// Takes the result of a request. @return what to make in its place, such as a request to a fallback address.
  virtual std::optional<FollowUp> take(std::size_t index, Result<Response> result) = 0;
  /// Further requests to make at the same time; asked for after each of the above, and sent before new numbers.
  virtual std::vector<AddedRequest> take_added() { return {}; }
};

/// The handler of a batch whose requests come to be while it runs. Whatever changes what these say wakes the batch with
/// wake() afterwards.
class OpenBatchHandler : public BatchHandler {
 public:
  /// A request that is to be made now, each once; asked for when there is room to send it.
  virtual std::optional<std::size_t> next_arrival() = 0;
  /// Whether next_arrival() has one.
  [[nodiscard]] virtual bool has_arrivals() = 0;
  /// Whether the batch goes on when there is nothing left to do.
  [[nodiscard]] virtual bool stays_open() = 0;
  /// Whether the stop of a single request was requested since the last call.
  [[nodiscard]] virtual bool take_stop_notice() = 0;
};

/// The bounds of a batch.
struct BatchLimits {
  std::size_t count = 0;  ///< requests 0 … count-1 are made
  std::size_t concurrency =
      1;  ///< at most so many are in flight, beside those that are stalled: see ConcurrencyLimiter
  TimePoint deadline = TimePoint::max();
  detail::StopTokens stops{};  ///< the batch's; those of single requests count in an open batch only
};

/// The handles of one batch at a time, kept with their connections for the next batch.
struct BatchConnections {
  MultiHandle multi = make_multi();
  std::vector<EasyHandle> idle{};

  /// Lets the batch that uses these look at its handler and its stops again. Any thread may call it.
  void wake() const noexcept;
};

/// One run over the requests. A request in back-off uses no slot.
class Batch final : private IdleWork {
 public:
  Batch(const TransportOptions& options, BatchConnections& connections, BatchHandler& handler,
        const BatchLimits& limits);
  /// A batch to which requests are added while it runs; the handler's calls are quick. `limits.count` is 0.
  Batch(const TransportOptions& options, BatchConnections& connections, OpenBatchHandler& handler,
        const BatchLimits& limits);
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  Batch(Batch&&) = delete;
  Batch& operator=(Batch&&) = delete;
  /// Gives up what is still in flight.
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
    EasyHandle handle;  // goes first: it points into the job
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
  std::exception_ptr failure_;  // of the idle work
};

}  // namespace kplane::http
