// The implementation of EventLoop: an open batch, and the operations that feed it.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include <kplane/event_loop.hpp>

#include "http/batch.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// One operation of the loop, of one or more sequential requests.
class LoopOperation {
 public:
  explicit LoopOperation(StopToken stop) : stop_(std::move(stop)) {}
  LoopOperation(const LoopOperation&) = delete;
  LoopOperation& operator=(const LoopOperation&) = delete;
  virtual ~LoopOperation() = default;

  [[nodiscard]] virtual http::Request first_request() = 0;
  /// @return the next request; nullopt when the operation has ended
  [[nodiscard]] virtual std::optional<http::FollowUp> take(Result<http::Response> received) = 0;
  /// Ends an operation that has not sent anything yet.
  virtual void fail(ErrorPtr error) = 0;
  /// Calls the completion function. Once, after the end.
  virtual void report() = 0;

  [[nodiscard]] const StopToken& stop() const noexcept { return stop_; }
  /// Notifies the loop of the operation's own stop from now on.
  void listen(StopListener& listener);
  void stop_listening() noexcept { listening_.reset(); }

 private:
  const StopToken stop_;
  std::optional<StopListening> listening_;
};

/// As thread-safe as EventLoop.
class EventLoopCore final : private http::OpenBatchHandler, private StopListener {
 public:
  EventLoopCore(std::shared_ptr<ClientCore> client, const EventLoopOptions& options);
  ~EventLoopCore() override;
  EventLoopCore(EventLoopCore&&) = delete;
  EventLoopCore& operator=(EventLoopCore&&) = delete;
  EventLoopCore(const EventLoopCore&) = delete;
  EventLoopCore& operator=(const EventLoopCore&) = delete;

  /// @throws StoppedError when the loop is closed
  void add(std::unique_ptr<LoopOperation> operation);
  void run(bool until_idle);
  void close() noexcept { closing_.request_stop(); }
  [[nodiscard]] ClientCore& client() const noexcept { return *client_; }

 private:
  using Operations = std::deque<std::unique_ptr<LoopOperation>>;

  http::Request make_request(std::size_t index) override;
  std::optional<http::FollowUp> take(std::size_t index, Result<http::Response> result) override;
  std::optional<std::size_t> next_arrival() override;
  bool has_arrivals() override;
  bool stays_open() override { return stays_open_; }
  bool take_stop_notice() override;
  void on_stop() noexcept override;
  void take_over_added();
  void end_all() noexcept;
  void end_queue() noexcept;
  void end_one(std::unique_ptr<LoopOperation> operation) const noexcept;

  const std::shared_ptr<ClientCore> client_;
  const ErrorPtr closed_error_;
  StopSource closing_;
  const StopTokens stops_;
  http::BatchLimits limits_;
  http::BatchConnections connections_;

  std::mutex mutex_;
  Operations added_;        // by any thread, under the mutex
  bool is_closed_ = false;  // under the mutex
  std::atomic<bool> has_added_{false};
  std::atomic<bool> has_stopped_{false};

  // Used only by the thread that runs the loop:
  bool stays_open_ = true;
  Operations queue_;
  std::unordered_map<std::size_t, std::unique_ptr<LoopOperation>> active_;
  std::size_t made_ = 0;
};

}  // namespace kplane::detail
