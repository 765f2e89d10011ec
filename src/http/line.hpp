// Line: one transfer at a time that another thread can interrupt.
#pragma once

#include <optional>

#include "http/curl_handles.hpp"
#include "stop/stop_state.hpp"

namespace kplane::http {

/// An easy handle, and the multi handle that drives it and keeps its connection. Same work as curl_easy_perform(),
/// which nothing can interrupt.
struct Line {
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

/// While it lives, the line's handle is at work.
class Attachment {
 public:
  explicit Attachment(Line& line);
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;
  Attachment(Attachment&&) = delete;
  Attachment& operator=(Attachment&&) = delete;
  ~Attachment();

  /// Lets libcurl do what can be done without waiting. @return how the transfer ended, once it did
  [[nodiscard]] std::optional<CURLcode> advance() const;
  /// Waits for something to do.
  void wait(int most_milliseconds) const;

 private:
  Line& line_;
};

/// Performs the transfer that the line's handle was set up for. @return nullopt when a stop ended it
[[nodiscard]] std::optional<CURLcode> perform(Line& line, const detail::StopTokens& stops);

}  // namespace kplane::http
