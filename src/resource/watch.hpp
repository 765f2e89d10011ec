// Watches a collection on the calling thread.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "http/stream.hpp"
#include "resource/watch_steps.hpp"

namespace kplane::detail {

/// Carries out the steps of one watch, blocking.
class BlockingSteps {
 public:
  /// `steps` must outlive this.
  explicit BlockingSteps(WatchSteps& steps) noexcept : steps_(steps) {}
  BlockingSteps(const BlockingSteps&) = delete;
  BlockingSteps& operator=(const BlockingSteps&) = delete;
  BlockingSteps(BlockingSteps&&) = delete;
  BlockingSteps& operator=(BlockingSteps&&) = delete;
  ~BlockingSteps() = default;

  void carry_out(WatchStep step);

 private:
  class Connection;

  void open(http::Request request);
  void read(TimePoint until);

  WatchSteps& steps_;
  http::Stream* stream_ = nullptr;  // of the connection that the steps have, if any
};

/// See WatchSteps. Not thread-safe.
class Watch {
 public:
  /// As WatchSteps.
  Watch(WatchSource source, std::string resource_version, std::chrono::milliseconds idle_limit, StopToken stop)
      : steps_(std::move(source), std::move(resource_version), idle_limit, std::move(stop)), blocking_(steps_) {}

  /// Waits for the next event. @return nullopt when `until` passed or a stop was requested
  /// @throws ApiError, TlsError, DecodeError: errors that retrying does not fix. Expired when `resource_version` was
  /// given and the server does not have the changes after it: it is too old, or from before a restore
  [[nodiscard]] std::optional<WatchEvent> next(TimePoint until);

  /// Whether the watch connection is open.
  [[nodiscard]] bool is_live() const noexcept { return steps_.is_live(); }
  [[nodiscard]] bool stop_requested() const noexcept { return steps_.stops().stop_requested(); }

 private:
  WatchSteps steps_;
  BlockingSteps blocking_;
};

}  // namespace kplane::detail
