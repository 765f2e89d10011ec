// One transfer at a time, which another thread can interrupt.
#pragma once

#include <optional>

#include "base/stop_state.hpp"
#include "curl/handles.hpp"

namespace kplane::curl {

/// An easy handle, and the multi handle that drives it and keeps its connection. Does the work of curl_easy_perform(),
/// which cannot be interrupted.
struct Connection {
  MultiHandle multi = make_multi();
  EasyHandle easy;  // that of the last transfer, if any; destroyed before the multi handle

  /// The easy handle for the next transfer. @throws std::bad_alloc
  [[nodiscard]] CURL* next();
};

/// Wakes the thread that polls a multi handle. libcurl remembers the call until the next poll.
class WakeOnStop final : public detail::StopListener {
 public:
  explicit WakeOnStop(CURLM* multi) : multi_(multi) {}
  void on_stop() noexcept override { curl_multi_wakeup(multi_); }

 private:
  CURLM* multi_;
};

/// @throws std::bad_alloc, TransportError
void check(CURLMcode code);

/// Adds the connection's easy handle to its multi handle for its own lifetime.
class RunningTransfer {
 public:
  explicit RunningTransfer(Connection& connection);
  RunningTransfer(const RunningTransfer&) = delete;
  RunningTransfer& operator=(const RunningTransfer&) = delete;
  RunningTransfer(RunningTransfer&&) = delete;
  RunningTransfer& operator=(RunningTransfer&&) = delete;
  ~RunningTransfer();

  /// Drives libcurl without blocking. @return how the transfer ended, once it has
  [[nodiscard]] std::optional<CURLcode> advance() const;
  /// Waits for something to do.
  void wait(int most_milliseconds) const;

 private:
  Connection& connection_;
};

/// Performs the transfer that the connection's handle was set up for. @return nullopt when a stop ended it
[[nodiscard]] std::optional<CURLcode> perform(Connection& connection, const detail::StopTokens& stops);

}  // namespace kplane::curl
