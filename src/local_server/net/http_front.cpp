// Accepts connections and runs cpp-httplib's parser and writer on each of them.
// cpp-httplib's own server loop polls every idle connection a hundred times a second, runs few threads and listens with
// a backlog of five. Only its handling of a single request is used; this file does sockets, threads and waiting.
#include "local_server/net/http_front.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <functional>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <type_traits>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "local_server/base/characters.hpp"
#include "local_server/base/identity.hpp"
#include "local_server/base/status.hpp"
#include "local_server/base/wake_pipe.hpp"
#include "local_server/base/worker_threads.hpp"
#include "local_server/net/connection.hpp"
#include "local_server/net/gzip.hpp"

namespace kplane::testing::server {
namespace {

constexpr int kBacklog = 1024;
constexpr std::size_t kMaxBody = std::size_t{64} << 20U;
constexpr std::chrono::seconds kKeepAlive{60};
constexpr int kRoomPollMs = 50;  // while connections wait for others to end

// The connection whose request this thread is answering, whether the client takes gzip, and the type of the body:
// httplib's handlers do not get to see the first, and must not see the others.
thread_local Connection* current_connection = nullptr;
thread_local bool current_takes_gzip = false;
thread_local std::string current_content_type;

/// Within its lifetime, this thread answers a request of that connection.
class Answering {
 public:
  explicit Answering(Connection& connection) { current_connection = &connection; }
  ~Answering() { current_connection = nullptr; }
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;
};

/// httplib's constructor makes the process ignore SIGPIPE. This restores the previous handling.
class KeptSigpipe {
 protected:
  KeptSigpipe() { ::sigaction(SIGPIPE, nullptr, &action_); }
  void restore_sigpipe() const { ::sigaction(SIGPIPE, &action_, nullptr); }

 private:
  struct sigaction action_ {};
};

// OpenSSL writes to sockets whose peer may have disconnected. The signal is sent to the writing thread.
void block_sigpipe() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

/// Makes httplib only read a body of known length: otherwise it would decompress it, parse forms, and read to the end
/// of the connection if there is no length.
void simplify(httplib::Request& request) {
  // One handler handles every path, and httplib matches with regular expressions, so it gets a path that is cheap to
  // match.
  request.path = "/";
  request.ranges.clear();
  current_takes_gzip = offers_gzip(request.get_header_value("Accept-Encoding"));
  current_content_type = request.get_header_value("Content-Type");
  for (const char* name : {"Accept-Encoding", "Content-Type", "Content-Encoding"}) request.headers.erase(name);
  const bool has_length = request.has_header("Content-Length") || request.has_header("Transfer-Encoding");
  if (!has_length) request.headers.emplace("Content-Length", "0");
}

/// A chunked body on its way to one connection.
class ConnectionBodyWriter final : public BodyWriter {
 public:
  ConnectionBodyWriter(Connection& connection, httplib::DataSink& sink) : connection_(connection), sink_(sink) {}

  bool send(std::string_view piece) override { return sink_.write(piece.data(), piece.size()); }
  Wake wait(const WakePipe& pipe, std::chrono::steady_clock::time_point deadline) override {
    switch (connection_.wait_while_streaming(pipe.reading_end(), deadline)) {
      case Connection::Wake::called:
        return Wake::called;
      case Connection::Wake::deadline:
        return Wake::deadline;
      default:
        return Wake::gone;
    }
  }

 private:
  Connection& connection_;
  httplib::DataSink& sink_;
};

// Header names are compared without regard to case.
void note_impersonation(const httplib::Headers& headers, HttpRequest& request) {
  constexpr std::string_view prefix = "impersonate-";
  for (const auto& [name, value] : headers) {
    const std::string lower = lower_case(name);
    if (lower.compare(0, prefix.size(), prefix) != 0) continue;
    const std::string part = lower.substr(prefix.size());
    if (part == "user" || part == "group" || part == "uid" || part.compare(0, 6, "extra-") == 0)
      request.impersonation.emplace(part, value);
  }
}

HttpRequest request_from(const httplib::Request& from, const Connection& connection) {
  HttpRequest request;
  request.method = from.method;
  request.target = from.target;
  if (from.has_header("Authorization")) request.authorization = from.get_header_value("Authorization");
  request.content_type = current_content_type;
  request.user_agent = from.get_header_value("User-Agent");
  request.accept = from.get_header_value("Accept");
  note_impersonation(from.headers, request);
  request.body = from.body;
  request.client_certificate = connection.client_certificate();
  return request;
}

void compress_if_large(Answer& answer) {
  const bool suits = answer.compressible && answer.body.size() > kGzipThreshold;
  if (!suits || !current_takes_gzip) return;
  answer.body = gzip(answer.body);
  answer.headers.emplace_back("Content-Encoding", "gzip");
  answer.headers.emplace_back("Vary", "Accept-Encoding");
}

/// In which order headers of one name are written differs between versions of cpp-httplib, and so is not left to it.
void set_headers(httplib::Headers& headers, const std::vector<std::pair<std::string, std::string>>& wanted) {
  for (const auto& [name, value] : wanted) headers.emplace(name, value);
  for (const auto& header : wanted) {
    if (headers.count(header.first) == 1) continue;
    auto [next, end] = headers.equal_range(header.first);
    for (auto one = wanted.begin(); one != wanted.end() && next != end; ++one) {
      if (one->first == header.first) (next++)->second = one->second;
    }
  }
}

void fill_response(httplib::Response& response, Answer answer) {
  response.status = answer.status;
  if (answer.stream) {
    response.set_chunked_content_provider(answer.content_type,
                                          [stream = std::move(answer.stream)](std::size_t, httplib::DataSink& sink) {
                                            ConnectionBodyWriter writer(*current_connection, sink);
                                            if (stream(writer) == StreamEnd::cut) return false;
                                            sink.done();
                                            return true;
                                          });
  }
  set_headers(response.headers, answer.headers);
  response.body = std::move(answer.body);
  response.headers.erase("Content-Type");
  if (!answer.content_type.empty()) response.headers.emplace("Content-Type", answer.content_type);
}

/// cpp-httplib reduced to its handling of one request.
class RequestEngine : private KeptSigpipe, private httplib::Server {
 public:
  explicit RequestEngine(HttpFront::Handler handler) : handler_(std::move(handler)) {
    restore_sigpipe();
    set_payload_max_length(kMaxBody);
    set_keep_alive_timeout(kKeepAlive.count());
    const auto answer = [this](const httplib::Request& request, httplib::Response& response) {
      reply(request, response);
    };
    Get("/", answer).Post("/", answer).Put("/", answer).Patch("/", answer).Delete("/", answer).Options("/", answer);
    set_post_routing_handler([](const httplib::Request&, httplib::Response& response) { finish(response); });
    svr_sock_ = 0;  // httplib streams a body only while it thinks it is listening
    make_tables();
  }

  /// Answers one request. @return whether the connection can carry another one.
  bool answer_one(Connection& connection) {
    const Answering answering(connection);
    bool closed = false;
    const bool answered = process(connection, false, closed, simplify);
    return answered && !closed && !connection.was_cut();
  }

 private:
  /// httplib creates a static table when it reads its first request line. Here no other thread does so yet; later, two
  /// threads could do so at once, which a race detector without instrumentation of httplib reports as a race. The
  /// request has an invalid method, so it is not answered.
  void make_tables() {
    const std::string_view line = "NONE / HTTP/1.1\r\n\r\n";
    httplib::detail::BufferStream stream;
    stream.write(line.data(), line.size());
    bool closed = false;
    process(stream, true, closed, nullptr);
  }

  using SetupRequest = std::function<void(httplib::Request&)>;

  bool process(httplib::Stream& stream, bool close, bool& closed, const SetupRequest& setup) {
    return call(&RequestEngine::process_request, *this, stream, close, closed, setup);
  }

  /// Newer versions of cpp-httplib also take the addresses of both ends, which nobody asks for here.
  template <class ProcessRequest>
  static bool call(ProcessRequest process_request, httplib::Server& server, httplib::Stream& stream, bool close,
                   bool& closed, const SetupRequest& setup) {
    if constexpr (std::is_invocable_v<ProcessRequest, httplib::Server&, httplib::Stream&, bool, bool&,
                                      const SetupRequest&>) {
      return (server.*process_request)(stream, close, closed, setup);
    } else {
      return (server.*process_request)(stream, std::string(), 0, std::string(), 0, close, closed, setup);
    }
  }

  void reply(const httplib::Request& from, httplib::Response& response) const {
    current_connection->end_request();
    HttpReply reply = reply_safely(request_from(from, *current_connection));
    compress_if_large(reply.answer);
    if (reply.cut) current_connection->cut_next_answer();
    if (reply.cut_after) {
      // The declared length is that of the body, so the body must be longer than what is sent.
      if (!reply.answer.stream && reply.answer.body.size() <= *reply.cut_after)
        reply.answer.body.resize(*reply.cut_after + 1, ' ');
      current_connection->cut_next_body_after(*reply.cut_after);
    }
    fill_response(response, std::move(reply.answer));
  }

  [[nodiscard]] HttpReply reply_safely(const HttpRequest& request) const {
    try {
      return handler_(request);
    } catch (const std::exception& error) {
      return {internal_error(error.what())};
    }
  }

  static void finish(httplib::Response& response) {
    if (response.has_header("EXCEPTION_WHAT")) {
      // What httplib caught, such as a lack of memory for the body that it read a part of: what would follow on the
      // connection is not known.
      response = httplib::Response();
      current_connection->cut_next_answer();
    }
    response.headers.erase("Keep-Alive");
    if (!response.has_header("Audit-Id")) response.set_header("Audit-Id", random_uuid());
    if (!response.has_header("Date")) response.set_header("Date", http_date(std::chrono::system_clock::now()));
    if (!response.has_header("Cache-Control")) response.set_header("Cache-Control", "no-cache, private");
  }

  HttpFront::Handler handler_;
};

[[noreturn]] void fail_to_bind(std::uint16_t port, int error) {
  throw std::runtime_error("LocalServer: cannot listen on 127.0.0.1:" + std::to_string(port) + ": " +
                           std::strerror(error));
}

int bind_to_loopback(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) fail_to_bind(port, errno);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    ::close(fd);
    fail_to_bind(port, error);
  }
  return fd;
}

std::uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace

class HttpFront::Impl {
 public:
  Impl(std::uint16_t port, TlsContextPtr tls, Handler handler, std::size_t max_connections,
       std::chrono::milliseconds patience)
      : max_connections_(max_connections),
        patience_(patience),
        tls_(std::move(tls)),
        engine_(std::move(handler)),
        listener_(bind_to_loopback(port)),
        port_(port_of(listener_.get())) {
    start();
  }

  ~Impl() { stop(); }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::size_t connection_count() const noexcept { return connection_count_; }

  void start() {
    const std::lock_guard lock(serving_mutex_);
    if (acceptor_.joinable()) return;
    if (::listen(listener_.get(), kBacklog) != 0) fail_to_bind(port_, errno);
    workers_ = std::make_unique<WorkerThreads>(max_connections_);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  void stop_listening() {
    const std::lock_guard lock(serving_mutex_);
    if (!acceptor_.joinable()) return;
    go_down();
    // A socket that is bound but not listening refuses connections and reserves the port.
    listener_.reset(bind_to_loopback(port_));
  }

  void stop() {
    const std::lock_guard lock(serving_mutex_);
    if (acceptor_.joinable()) go_down();
    listener_.close();
  }

 private:
  void go_down() {
    wake_pipe_.wake();
    acceptor_.join();
    wake_pipe_.drain();
    close_connections();
    workers_->join();
  }

  void accept_all() {
    block_sigpipe();
    std::array<pollfd, 2> watched{{{listener_.get(), POLLIN, 0}, {wake_pipe_.reading_end(), POLLIN, 0}}};
    while (true) {
      const std::size_t without_thread = workers_->waiting_count();
      if (without_thread > 0) make_room(without_thread);
      const int timeout = without_thread > 0 ? kRoomPollMs : -1;
      if (::poll(watched.data(), watched.size(), timeout) < 0) {
        if (errno != EINTR) std::this_thread::sleep_for(std::chrono::milliseconds(1));  // out of memory
        continue;
      }
      if (watched[1].revents != 0) break;
      if (watched[0].revents != 0) accept_one();
    }
    listener_.close();
  }

  void accept_one() {
    Descriptor socket(::accept(listener_.get(), nullptr, nullptr));
    if (socket.get() < 0) {
      // Out of descriptors or memory: wait for others to be closed instead of spinning.
      if (errno != EINTR && errno != ECONNABORTED) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return;
    }
    ++connection_count_;
    try {
      admit(std::make_shared<Connection>(std::move(socket), tls_.get()));
    } catch (const std::exception&) {
      // Out of memory or of threads: this connection is closed.
    }
  }

  void admit(const std::shared_ptr<Connection>& connection) {
    {
      const std::lock_guard lock(connections_mutex_);
      connections_.insert(connection);
    }
    try {
      workers_->run([this, connection] { serve(connection); });
    } catch (const std::exception&) {
      drop(connection);
      throw;
    }
  }

  void drop(const std::shared_ptr<Connection>& connection) {
    const std::lock_guard lock(connections_mutex_);
    connections_.erase(connection);
  }

  /// Each connection takes a thread: where all are taken, those that nobody uses are closed, as servers may at any
  /// time, then those whose clients have kept them waiting longest.
  void make_room(std::size_t wanted) {
    const auto too_long = std::chrono::steady_clock::now() - patience_;
    const std::lock_guard lock(connections_mutex_);
    for (const auto& connection : connections_) {
      if (wanted > 0 && connection->is_shut_down()) --wanted;  // its thread has not ended yet
    }
    for (const auto& connection : connections_) {
      if (wanted > 0 && connection->shut_down_if_idle()) --wanted;
    }
    for (; wanted > 0; --wanted) {
      Connection* const slowest = slowest_since(too_long);
      if (slowest == nullptr) return;
      slowest->shut_down();
    }
  }

  /// The one that has waited longest, and since `time` or longer; nullptr: none has.
  [[nodiscard]] Connection* slowest_since(Connection::SteadyTime time) const {
    Connection* slowest = nullptr;
    for (const auto& connection : connections_) {
      const auto since = connection->waits_since();
      if (!since || *since > time || connection->is_shut_down()) continue;
      time = *since;
      slowest = connection.get();
    }
    return slowest;
  }

  void serve(const std::shared_ptr<Connection>& connection) {
    block_sigpipe();
    try {
      if (connection->handshake()) {
        while (connection->wait_for_data(kKeepAlive) && engine_.answer_one(*connection)) {
        }
      }
    } catch (const std::exception&) {
      // Out of memory in an answer, of which a part may have been sent: the connection is closed.
    }
    drop(connection);
  }

  void close_connections() {
    const std::lock_guard lock(connections_mutex_);
    for (const auto& connection : connections_) connection->shut_down();
  }

  const std::size_t max_connections_;
  const std::chrono::milliseconds patience_;
  const TlsContextPtr tls_;
  RequestEngine engine_;
  Descriptor listener_;
  const std::uint16_t port_;
  const WakePipe wake_pipe_;
  std::atomic<std::size_t> connection_count_{0};
  std::mutex connections_mutex_;
  std::set<std::shared_ptr<Connection>> connections_;
  std::unique_ptr<WorkerThreads> workers_;
  std::mutex serving_mutex_;  // one of start and stop at a time
  std::thread acceptor_;
};

HttpFront::HttpFront(std::uint16_t port, TlsContextPtr tls, Handler handler, std::size_t max_connections,
                     std::chrono::milliseconds patience)
    : impl_(std::make_unique<Impl>(port, std::move(tls), std::move(handler), max_connections, patience)) {}

HttpFront::~HttpFront() = default;

std::uint16_t HttpFront::port() const noexcept { return impl_->port(); }

std::size_t HttpFront::connection_count() const noexcept { return impl_->connection_count(); }

void HttpFront::stop() { impl_->stop(); }

void HttpFront::stop_listening() { impl_->stop_listening(); }

void HttpFront::start() { impl_->start(); }

}  // namespace kplane::testing::server
