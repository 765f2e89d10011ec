// One transfer at a time that another thread can interrupt.
#pragma once

#include <optional>

#include "base/stop_state.hpp"
#include "http/curl_handles.hpp"

namespace kplane::http {

/// An easy handle, and the multi handle that drives it and keeps its connection. Same work as curl_easy_perform(),
/// which nothing can interrupt.
struct Connection {
  MultiHandle multi = make_multi();
  EasyHandle easy = make_easy();  // goes first
};

/// Wakes whoever polls a multi handle. libcurl remembers the call until the next poll.
class WakeOnStop final : public detail::StopListener {
 public:
  explicit WakeOnStop(CURLM* multi) : multi_(multi) {}
  void on_stop() noexcept override { curl_multi_wakeup(multi_); }

 private:
  CURLM* multi_;
};

/// @throws std::bad_alloc, TransportError
void check(CURLMcode code);

/// While it lives, the connection's handle is at work.
class RunningTransfer {
 public:
  explicit RunningTransfer(Connection& connection);
  RunningTransfer(const RunningTransfer&) = delete;
  RunningTransfer& operator=(const RunningTransfer&) = delete;
  RunningTransfer(RunningTransfer&&) = delete;
  RunningTransfer& operator=(RunningTransfer&&) = delete;
  ~RunningTransfer();

  /// Lets libcurl do what can be done without waiting. @return how the transfer ended, once it did
  [[nodiscard]] std::optional<CURLcode> advance() const;
  /// Waits for something to do.
  void wait(int most_milliseconds) const;

 private:
  Connection& connection_;
};

/// Performs the transfer that the connection's handle was set up for. @return nullopt when a stop ended it
[[nodiscard]] std::optional<CURLcode> perform(Connection& connection, const detail::StopTokens& stops);

}  // namespace kplane::http
