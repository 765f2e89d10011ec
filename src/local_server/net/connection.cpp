#include "local_server/net/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <openssl/err.h>

#include "local_server/net/tls_context.hpp"

namespace kplane::testing::server {
namespace {

constexpr time_t kTransferTimeoutSeconds = 60;
constexpr std::chrono::seconds kLastWords{1};
constexpr std::string_view kHeadEnd = "\r\n\r\n";

void set_timeout(int socket, int option) {
  const timeval timeout{kTransferTimeoutSeconds, 0};
  ::setsockopt(socket, SOL_SOCKET, option, &timeout, sizeof timeout);
}

void configure(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  set_timeout(socket, SO_RCVTIMEO);
  set_timeout(socket, SO_SNDTIMEO);
}

int clamped(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, INT_MAX)); }

// Rounded up: waking before the deadline would only mean sleeping again.
int milliseconds_until(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT_MAX));
}

int no_signal_flag() {
#ifdef MSG_NOSIGNAL
  return MSG_NOSIGNAL;
#else
  return 0;
#endif
}

}  // namespace

Connection::Connection(Descriptor socket, SSL_CTX* tls, RequestLimits limits)
    : socket_(std::move(socket)), limits_(limits), tls_(tls != nullptr ? SSL_new(tls) : nullptr) {
  configure(socket_.get());
  if (tls == nullptr) return;
  if (tls_ == nullptr || SSL_set_fd(tls_.get(), socket_.get()) != 1) throw std::bad_alloc();
}

Connection::~Connection() {
  if (tls_ != nullptr && !was_cut_ && SSL_is_init_finished(tls_.get()) == 1) SSL_shutdown(tls_.get());
  ERR_clear_error();
}

bool Connection::handshake() {
  if (tls_ == nullptr) return true;
  ERR_clear_error();
  waits_since_ = std::chrono::steady_clock::now();
  if (SSL_accept(tls_.get()) == 1) return true;
  let_peer_close();
  return false;
}

CredentialStatus Connection::client_certificate() const {
  return tls_ == nullptr ? CredentialStatus::anonymous : identify_client(tls_.get());
}

// Closing a socket with unread data resets it, and the peer may lose the alert that it was sent.
void Connection::let_peer_close() const {
  ::shutdown(socket_.get(), SHUT_WR);
  const auto deadline = std::chrono::steady_clock::now() + kLastWords;
  pollfd watched{socket_.get(), POLLIN, 0};
  std::array<char, 4096> ignored{};
  while (::poll(&watched, 1, milliseconds_until(deadline)) > 0) {
    if (::recv(socket_.get(), ignored.data(), ignored.size(), 0) <= 0) return;
  }
}

bool Connection::wait_for_data(std::chrono::milliseconds timeout) {
  // One that has just connected is about to send its first request, and is not to find that refused.
  const bool is_idle = std::exchange(has_received_, true);
  waits_since_ = is_idle ? none : std::chrono::steady_clock::now();
  idle_ = is_idle;
  const bool ready = wait_until_readable(timeout);
  idle_ = false;
  const SteadyTime now = std::chrono::steady_clock::now();
  bytes_left_ = limits_.bytes;
  complete_until_ = now + limits_.time;
  waits_since_ = now;
  return ready;
}

bool Connection::wait_until_readable(std::chrono::milliseconds timeout) const {
  if (buffer_begin_ < buffer_end_) return true;
  if (tls_ != nullptr && SSL_has_pending(tls_.get()) == 1) return true;
  pollfd watched{socket_.get(), POLLIN, 0};
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (true) {
    const int ready = ::poll(&watched, 1, milliseconds_until(deadline));
    if (ready >= 0) return ready > 0;
    if (errno != EINTR) return false;
  }
}

// A client sends nothing on a connection that streams to it: anything that arrives means its end, by TCP or TLS.
Connection::Wake Connection::wait_while_streaming(int pipe, SteadyTime deadline) const {
  std::array<pollfd, 2> watched{{{socket_.get(), POLLIN, 0}, {pipe, POLLIN, 0}}};
  while (true) {
    const int ready = ::poll(watched.data(), watched.size(), milliseconds_until(deadline));
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0 || watched[0].revents != 0) return Wake::gone;
    return ready == 0 ? Wake::deadline : Wake::called;
  }
}

void Connection::cut_next_body_after(std::size_t bytes) {
  cut_after_ = bytes;
  head_end_.clear();
}

bool Connection::shut_down_if_idle() noexcept {
  if (!idle_.exchange(false)) return false;
  shut_down();
  return true;
}

std::optional<Connection::SteadyTime> Connection::waits_since() const noexcept {
  const SteadyTime since = waits_since_;
  return since == none ? std::nullopt : std::optional<SteadyTime>(since);
}

void Connection::shut_down() noexcept {
  is_shut_down_ = true;
  ::shutdown(socket_.get(), SHUT_RDWR);
}

ssize_t Connection::read(char* data, std::size_t size) {
  if (buffer_begin_ == buffer_end_) {
    const ssize_t received = receive(buffer_.data(), buffer_.size());
    if (received <= 0) return received;
    buffer_begin_ = 0;
    buffer_end_ = static_cast<std::size_t>(received);
  }
  const std::size_t taken = std::min(size, buffer_end_ - buffer_begin_);
  std::memcpy(data, buffer_.data() + buffer_begin_, taken);
  buffer_begin_ += taken;
  return static_cast<ssize_t>(taken);
}

ssize_t Connection::write(const char* data, std::size_t size) {
  if (answer_cut_) {
    was_cut_ = true;
    return -1;
  }
  const bool sent = cut_after_ ? send_until_cut(data, size) : send_all(data, size);
  return sent ? static_cast<ssize_t>(size) : -1;
}

// httplib limits the length that a body declares, but neither one in chunks nor the number of headers.
ssize_t Connection::receive(char* data, std::size_t size) {
  size = std::min(size, bytes_left_);
  if (size == 0 || std::chrono::steady_clock::now() >= complete_until_) {
    was_cut_ = true;  // what follows is not the beginning of a request
    return -1;
  }
  const ssize_t received = receive_some(data, size);
  if (received > 0) bytes_left_ -= static_cast<std::size_t>(received);
  return received;
}

ssize_t Connection::receive_some(char* data, std::size_t size) {
  if (tls_ != nullptr) {
    ERR_clear_error();
    return SSL_read(tls_.get(), data, clamped(size));
  }
  while (true) {
    const ssize_t received = ::recv(socket_.get(), data, size, 0);
    if (received >= 0 || errno != EINTR) return received;
  }
}

bool Connection::send_all(const char* data, std::size_t size) {
  const SteadyTime before = waits_since_;  // of a request that is told to continue
  if (before == none) waits_since_ = std::chrono::steady_clock::now();
  const bool sent = send_pieces(data, size);
  waits_since_ = before;
  return sent;
}

bool Connection::send_pieces(const char* data, std::size_t size) {
  while (size > 0) {
    ssize_t sent = 0;
    if (tls_ != nullptr) {
      ERR_clear_error();
      sent = SSL_write(tls_.get(), data, clamped(size));
    } else {
      sent = ::send(socket_.get(), data, size, no_signal_flag());
      if (sent < 0 && errno == EINTR) continue;
    }
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

// httplib may pass head and body in arbitrary pieces, so the end of the head is searched for in the bytes.
bool Connection::send_until_cut(const char* data, std::size_t size) {
  const bool head_is_over = head_end_ == kHeadEnd;
  std::size_t head = 0;
  while (head < size && head_end_ != kHeadEnd) {
    head_end_ += data[head++];
    if (head_end_.size() > kHeadEnd.size()) head_end_.erase(0, 1);
  }
  if (!head_is_over && !send_all(data, head)) return false;
  const std::size_t body = std::min(size - head, *cut_after_);
  if (!send_all(data + head, body)) return false;
  *cut_after_ -= body;
  was_cut_ = body < size - head;
  return !was_cut_;
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = "127.0.0.1";
  port = 0;
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  ip = "127.0.0.1";
  port = 0;
}

}  // namespace kplane::testing::server
