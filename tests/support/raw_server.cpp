// POSIX sockets, a thread a connection.
#include "support/raw_server.hpp"

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <new>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "support/loopback.hpp"

namespace kplane::tests {

namespace {

struct Listener {
  int socket;
  std::uint16_t port;
};

constexpr int kBacklog = 512;

/// @param port 0: a free one
Listener bind_to_loopback(std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listener < 0 || ::bind(listener, generic, size) != 0 || ::getsockname(listener, generic, &size) != 0) {
    throw std::runtime_error("no loopback port");
  }
  return {listener, ntohs(address.sin_port)};
}

// A socket keeps its port when it stops listening only if it was bound to that number.
Listener listen_on_loopback() {
  const Listener chosen = bind_to_loopback(0);
  const Listener listener = bind_to_loopback(chosen.port);
  ::close(chosen.socket);
  if (::listen(listener.socket, kBacklog) != 0) throw std::runtime_error("no loopback port");
  return listener;
}

std::size_t content_length(const std::string& head) {
  std::string lower = head;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto at = lower.find("\r\ncontent-length:");
  return at == std::string::npos ? 0 : std::stoul(lower.substr(at + 17));
}

}  // namespace

bool Connection::fill() {
  char piece[4096];
  const ssize_t size = transport_ != nullptr ? static_cast<ssize_t>(transport_->receive(piece, sizeof piece))
                                             : ::recv(socket_, piece, sizeof piece, 0);
  if (size <= 0) return false;
  buffer_.append(piece, static_cast<std::size_t>(size));
  return true;
}

std::string Connection::read_request() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return {};
  }
  const std::size_t whole = end + 4 + content_length(buffer_.substr(0, end + 2));
  while (buffer_.size() < whole) {
    if (!fill()) return {};
  }
  std::string request = buffer_.substr(0, whole);
  buffer_.erase(0, whole);
  return request;
}

std::string Connection::read_some() {
  if (buffer_.empty() && !fill()) return {};
  return std::exchange(buffer_, {});
}

bool Connection::send(std::string_view bytes) {
  return transport_ != nullptr ? transport_->send(bytes) : send_all(socket_, bytes);
}

void Connection::wait_for_close() {
  while (fill()) buffer_.clear();
}

void Connection::reset() {
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void Connection::half_close() { ::shutdown(socket_, SHUT_WR); }

bool Connection::is_gone() const {
  char next = 0;
  const ssize_t size = ::recv(socket_, &next, 1, MSG_PEEK | MSG_DONTWAIT);
  return size == 0 || (size > 0 && transport_ != nullptr) || (size < 0 && errno != EAGAIN && errno != EINTR);
}

unsigned Connection::data_segments() const {
  struct tcp_info info = {};
  socklen_t size = sizeof info;
  if (::getsockopt(socket_, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
    throw std::system_error(errno, std::generic_category(), "TCP_INFO");
  }
  return info.tcpi_data_segs_in;
}

RawServer::RawServer(Script script) : script_(std::move(script)) {
  const Listener listener = listen_on_loopback();
  listener_ = listener.socket;
  port_ = listener.port;
  acceptor_ = std::thread([this] { accept_all(); });
}

RawServer::~RawServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }
  changed_.notify_all();
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (Worker& worker : workers_) worker.thread.join();
  ::close(listener_);
}

// A socket that is bound but not listening refuses connections and reserves the port.
void RawServer::refuse(bool refused) {
  const std::lock_guard lock(mutex_);
  if (refusing_ == refused || stopping_) return;
  refusing_ = refused;
  if (refused) {
    ::shutdown(listener_, SHUT_RDWR);
  } else {
    ::listen(listener_, kBacklog);
  }
  changed_.notify_all();
}

void RawServer::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      if (!wait_to_accept(errno)) return;
      continue;
    }
    const std::lock_guard lock(mutex_);
    if (stopping_) {
      ::close(socket);
      return;
    }
    join_finished_locked();
    ++connections_;
    open_.push_back(socket);
    Worker& worker = workers_.emplace_back();
    try {
      worker.thread = std::thread([this, socket, &worker] { serve(socket, worker); });
    } catch (const std::system_error&) {  // there are no more threads, as where memory is limited
      workers_.pop_back();
      open_.pop_back();
      ::close(socket);
    }
  }
}

bool RawServer::wait_to_accept(int error) {
  std::unique_lock lock(mutex_);
  if (error == EMFILE || error == ENFILE) changed_.wait_for(lock, std::chrono::milliseconds(1));
  changed_.wait(lock, [this] { return stopping_ || !refusing_; });
  return !stopping_;
}

void RawServer::join_finished_locked() {
  for (auto worker = workers_.begin(); worker != workers_.end();) {
    if (!worker->done) {
      ++worker;
      continue;
    }
    worker->thread.join();
    worker = workers_.erase(worker);
  }
}

void RawServer::serve(int socket, Worker& worker) {
  Connection connection(socket);
  try {
    script_(connection);
  } catch (const std::bad_alloc&) {  // where memory is limited, the connection ends
  }
  const std::lock_guard lock(mutex_);
  open_.erase(std::find(open_.begin(), open_.end(), socket));
  ::close(socket);
  worker.done = true;
}

RawServer::Script answering(std::function<std::string(const std::string& request)> answer) {
  return [answer = std::move(answer)](Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      const std::string response = answer(request);
      if (response.empty() || !connection.send(response)) return;
    }
  };
}

std::string http_response(int status, std::string_view body, std::string_view content_type,
                          std::string_view more_headers) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: " + std::string(content_type) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(more_headers) + "\r\n" +
         std::string(body);
}

std::string state_body(std::string_view cluster) {
  return R"({"cluster":")" + std::string(cluster) +
         R"(","snapshotTime":"2026-05-21T18:05:00Z","liveResources":2,"resources":[{"group":"","resource":"pods","synced":true,)"
         R"("itemCount":1,"items":[{"metadata":{"name":"web","namespace":"default","uid":"u1"},"status":{"phase":"Running"}}]}]})"
         "\n";
}

std::uint16_t closed_port() {
  const Listener listener = listen_on_loopback();
  ::close(listener.socket);
  return listener.port;
}

}  // namespace kplane::tests
