// A multi handle whose transfers are driven by the events of their sockets.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/descriptor.hpp"
#include "base/time.hpp"
#include "curl/handles.hpp"

namespace kplane::curl {

/// Drives only the transfers that something has happened to, with epoll: curl_multi_perform() visits all of them each
/// time, and asks the system about each of their sockets.
///
/// Not thread-safe, except for wake().
class EventMulti {
 public:
  /// @throws std::bad_alloc; TransportError when no more files can be opened
  EventMulti();
  EventMulti(const EventMulti&) = delete;
  EventMulti& operator=(const EventMulti&) = delete;
  ~EventMulti() = default;

  /// To add and remove transfers, and to collect those that have ended.
  [[nodiscard]] CURLM* get() const noexcept { return multi_.get(); }

  /// Does what can be done without blocking. @throws std::bad_alloc, TransportError
  void perform();
  /// Blocks until perform() may have something to do, wake() was called, or the time is up. Signals end it too.
  void wait(detail::Milliseconds longest);
  /// Ends the current wait(), or else the next one. Thread-safe.
  void wake() const noexcept;

 private:
  static int on_socket(CURL* transfer, curl_socket_t socket, int what, void* self, void* unused);
  static int on_timer(CURLM* multi, long milliseconds, void* self);
  void look(int milliseconds) noexcept;
  void act(curl_socket_t socket, int events) const;
  [[nodiscard]] bool watch(curl_socket_t socket, int what);
  [[nodiscard]] bool control(int operation, int descriptor, std::uint32_t events) const noexcept;
  void renew();

  detail::Descriptor epoll_;
  const detail::Descriptor wake_;  // an eventfd
  std::array<epoll_event, 256> ready_{};
  std::size_t ready_count_ = 0;             // those that perform() has not seen yet
  std::vector<std::uint32_t> watched_;      // the events that libcurl waits for, by the socket's number; 0: none
  bool has_stale_ = false;                  // the last look has found a socket that is not watched
  std::optional<detail::TimePoint> timer_;  // when libcurl has to be called at the latest
  const MultiHandle multi_ = make_multi();  // destroyed first: it reports its sockets until its end
};

}  // namespace kplane::curl
