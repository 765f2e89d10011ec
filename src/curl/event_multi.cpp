// libcurl reports which sockets it waits for and when its next timer ends; epoll finds the sockets that are ready.
#include "curl/event_multi.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <utility>

#include "base/clock.hpp"
#include "base/open_files.hpp"
#include "base/standard_streams.hpp"
#include "curl/connection.hpp"

namespace kplane::curl {

namespace {

// libcurl's timers follow the real time.
detail::TimePoint now() noexcept { return std::chrono::steady_clock::now(); }

int opened(int descriptor) {
  const int number = detail::above_standard_streams(descriptor);
  if (number < 0) throw TransportError(detail::system_error_text(errno), detail::is_out_of_files(errno));
  return number;
}

detail::Descriptor make_epoll() { return detail::Descriptor(opened(::epoll_create1(EPOLL_CLOEXEC))); }

std::uint32_t epoll_events(int what) noexcept {
  return ((what & CURL_POLL_IN) != 0 ? std::uint32_t{EPOLLIN} : 0U) |
         ((what & CURL_POLL_OUT) != 0 ? std::uint32_t{EPOLLOUT} : 0U);
}

/// 0: libcurl asks the socket itself, which tells it of errors as it expects them.
int curl_events(std::uint32_t ready) noexcept {
  if ((ready & (EPOLLERR | EPOLLHUP)) != 0) return 0;
  return ((ready & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) | ((ready & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0);
}

void set_option(CURLM* multi, CURLMoption option, void* value) { check(curl_multi_setopt(multi, option, value)); }

template <class Function>
void set_callback(CURLM* multi, CURLMoption option, Function* function) {
  check(curl_multi_setopt(multi, option, function));
}

}  // namespace

EventMulti::EventMulti() : epoll_(make_epoll()), wake_(opened(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {
  if (!control(EPOLL_CTL_ADD, wake_.get(), EPOLLIN)) throw std::bad_alloc();
  set_callback(get(), CURLMOPT_SOCKETFUNCTION, &EventMulti::on_socket);
  set_option(get(), CURLMOPT_SOCKETDATA, this);
  set_callback(get(), CURLMOPT_TIMERFUNCTION, &EventMulti::on_timer);
  set_option(get(), CURLMOPT_TIMERDATA, this);
}

void EventMulti::perform() {
  if (ready_count_ == 0) look(0);
  const std::size_t count = std::exchange(ready_count_, 0);
  const bool had_stale = std::exchange(has_stale_, false);
  for (std::size_t i = 0; i < count; ++i) {
    const int socket = ready_[i].data.fd;
    if (socket == wake_.get()) continue;
    if (watched_[static_cast<std::size_t>(socket)] != 0) {
      act(socket, curl_events(ready_[i].events));
    } else {
      has_stale_ = true;  // if by an event before it, only now
    }
  }
  if (had_stale && has_stale_) renew();
  if (!timer_ || *timer_ > now()) return;
  timer_.reset();
  act(CURL_SOCKET_TIMEOUT, 0);
}

// libcurl closes some sockets before it says that it has lost its interest. If the process has forked, such a file is
// still open in the child, and so does not leave the set; nor can it be removed without its number.
void EventMulti::renew() {
  epoll_ = make_epoll();
  bool is_complete = control(EPOLL_CTL_ADD, wake_.get(), EPOLLIN);
  for (std::size_t i = 0; i < watched_.size(); ++i) {
    if (watched_[i] != 0) is_complete = control(EPOLL_CTL_ADD, static_cast<int>(i), watched_[i]) && is_complete;
  }
  if (!is_complete) throw TransportError(detail::system_error_text(errno), true);
}

// What wakes it is read only here: a wake() between the end of a wait and the next perform() would get lost there.
void EventMulti::wait(detail::Milliseconds longest) {
  if (timer_) longest = std::min(longest, detail::until(*timer_, now()));
  look(static_cast<int>(longest.count()));
  for (std::size_t i = 0; i < ready_count_; ++i) {
    std::uint64_t count = 0;
    if (ready_[i].data.fd == wake_.get()) static_cast<void>(::read(wake_.get(), &count, sizeof count));
  }
}

void EventMulti::wake() const noexcept {
  const int before = errno;
  const std::uint64_t one = 1;
  static_cast<void>(::write(wake_.get(), &one, sizeof one));
  errno = before;
}

void EventMulti::look(int milliseconds) noexcept {
  const int count = ::epoll_wait(epoll_.get(), ready_.data(), static_cast<int>(ready_.size()), milliseconds);
  ready_count_ = static_cast<std::size_t>(std::max(count, 0));
}

void EventMulti::act(curl_socket_t socket, int events) const {
  int running = 0;
  check(curl_multi_socket_action(get(), socket, events, &running));
}

int EventMulti::on_socket(CURL* /*transfer*/, curl_socket_t socket, int what, void* self, void* /*unused*/) {
  try {
    return static_cast<EventMulti*>(self)->watch(socket, what) ? 0 : -1;
  } catch (const std::bad_alloc&) {
    return -1;
  }
}

bool EventMulti::watch(curl_socket_t socket, int what) {
  const auto index = static_cast<std::size_t>(socket);
  if (index >= watched_.size()) watched_.resize(index + 1);
  const std::uint32_t before = std::exchange(watched_[index], epoll_events(what));
  if (watched_[index] == 0) {
    if (before != 0) static_cast<void>(control(EPOLL_CTL_DEL, socket, 0));
    return true;
  }
  // The number may be that of a new socket by now.
  return (before != 0 && control(EPOLL_CTL_MOD, socket, watched_[index])) ||
         control(EPOLL_CTL_ADD, socket, watched_[index]);
}

bool EventMulti::control(int operation, int descriptor, std::uint32_t events) const noexcept {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  return ::epoll_ctl(epoll_.get(), operation, descriptor, &event) == 0;
}

int EventMulti::on_timer(CURLM* /*multi*/, long milliseconds, void* self) {
  std::optional<detail::TimePoint>& timer = static_cast<EventMulti*>(self)->timer_;
  timer.reset();
  if (milliseconds >= 0) timer = detail::deadline_after(now(), detail::Milliseconds{milliseconds});
  return 0;
}

}  // namespace kplane::curl
