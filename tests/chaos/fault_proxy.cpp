// The faults, one by one, and the copying of bytes between two of them.
#include "chaos/fault_proxy.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "chaos/perturbation.hpp"
#include "support/certificates.hpp"
#include "support/loopback.hpp"
#include "support/planes.hpp"
#include "support/tls_transport.hpp"

namespace kplane::tests {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_silence{10'000};
constexpr std::size_t longest_handshake = 1'300;  // what the server says in it, in bytes
constexpr const char* new_connection = "new connection";
constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

/// The requests of a plane, but its watches apart, except those for one object, with which a call waits.
std::string stream_of(const std::string& request) {
  const std::string target = request.substr(0, request.find("\r\n"));
  if (target.find("/clusters/") == std::string::npos) return "root";
  const bool is_watch = target.find("watch=") != std::string::npos;
  const bool is_of_one = target.find("fieldSelector=") != std::string::npos;
  return cluster_of(target) + (is_watch && !is_of_one ? "/watch" : "");
}

bool is_of_watch(std::string_view stream) {
  constexpr std::string_view end = "/watch";
  return stream.size() > end.size() && stream.substr(stream.size() - end.size()) == end;
}

std::string status_answer(int code, std::string_view reason, std::string_view message, std::string_view headers = "") {
  std::string body = R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":")";
  body += message;
  body += '"';
  if (!reason.empty()) body.append(R"(,"reason":")").append(reason).append("\"");
  if (reason == "Timeout") body += R"(,"details":{})";
  return http_response(code, body + ",\"code\":" + std::to_string(code) + "}\n", "application/json", headers);
}

constexpr std::string_view allotted_timeout =
    R"({"metadata":{},"status":"Failure","message":"Timeout: request did not complete within the allotted timeout",)"
    R"("reason":"Timeout","details":{},"code":504})"
    "\n\n";

std::string storage_timeout() {
  return status_answer(504, "Timeout",
                       "Timeout: request did not complete within requested timeout - context deadline exceeded");
}

constexpr std::string_view failed_watch =
    R"({"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
    R"("message":"context deadline exceeded","reason":"InternalError","code":500}})"
    "\n";

/// The credential of a request, without its scheme.
std::string_view credential_in(std::string_view request) {
  constexpr std::string_view header = "Authorization: Bearer ";
  const std::size_t begin = request.find(header);
  if (begin == std::string_view::npos) return {};
  request.remove_prefix(begin + header.size());
  return request.substr(0, request.find("\r\n"));
}

/// Pages quote the request, as those of proxies that somebody is debugging do, and the credential by itself.
std::string page(std::string_view title, std::string_view request) {
  std::string text = "<!DOCTYPE html><html><head><title>";
  text += title;
  text += "</title></head><body><pre>";
  text += request;
  text += "</pre><p>Hello, ";
  text += credential_in(request);
  return text + "!</p></body></html>";
}

/// What is answered instead of the server, by the kind.
std::string answer_for(const PlannedFault& fault, std::string_view request) {
  constexpr std::array<std::string_view, 5> waits = {"", "Retry-After: 0\r\n", "Retry-After: 1\r\n",
                                                     "Retry-After: 3\r\n",  // more than most calls have
                                                     "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n"};
  const std::string_view wait = waits[fault.amount % waits.size()];
  switch (fault.kind) {
    case FaultKind::too_many_requests:
      return status_answer(429, "TooManyRequests", "the server has received too many requests", wait);
    case FaultKind::unavailable:
      return http_response(503, "no place for " + std::string(credential_in(request)) + ":\n" + std::string(request),
                           "text/plain", wait);
    case FaultKind::timed_out:
      // As recorded from an API server whose etcd was silent: by the handler that ends requests, and by the storage.
      if (fault.amount % 2 == 0) return http_response(504, allotted_timeout, "text/plain; charset=utf-8");
      return storage_timeout();
    case FaultKind::bad_gateway:
      return http_response(502, page("502 Bad Gateway", request), "text/html");
    case FaultKind::redirected:
      return http_response(302, page("Sign in", request), "text/html", "Location: https://login.invalid/\r\n");
    case FaultKind::storage_gone:
      // As recorded from an API server whose etcd had been killed.
      if (request.find("watch=") != std::string_view::npos) return http_response(200, failed_watch);
      return storage_timeout();
    case FaultKind::storage_lost:
      return status_answer(500, "", "etcdserver: request timed out");
    default:
      return http_response(200, page("Sign in", request), "text/html");
  }
}

}  // namespace

/// A request between its reading and the server's first byte.
class FaultProxy::UnderWay {
 public:
  UnderWay(FaultProxy& proxy, std::string stream) : proxy_(proxy), stream_(std::move(stream)) {
    const std::lock_guard lock(proxy_.mutex_);
    ++proxy_.under_way_[stream_];
  }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  ~UnderWay() { end(); }

  void end() {
    if (std::exchange(has_ended_, true)) return;
    const std::lock_guard lock(proxy_.mutex_);
    --proxy_.under_way_[stream_];
    proxy_.settled_.notify_all();
  }

 private:
  FaultProxy& proxy_;
  const std::string stream_;
  bool has_ended_ = false;
};

/// What the proxy presents to clients.
struct FaultProxy::TlsEndpoint {
  static Wanted wanted() {
    Wanted wanted;
    wanted.until = 365 * 24 * hour;
    return wanted;
  }

  const Authority authority{wanted()};
  const Authority other_authority{wanted()};
  const Context trusted = make_server_context(authority, wanted());
  const Context untrusted = make_server_context(other_authority, wanted());
};

/// One connection of a client. Functions that return bool say whether it goes on.
class FaultProxy::Relay {
 public:
  Relay(FaultProxy& proxy, Connection& client) : proxy_(proxy), client_(client) {}
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  ~Relay() {
    disconnect();
    ++proxy_.disturbances_;
  }

  void run() {
    if (proxy_.options_.is_opaque) return run_opaque();
    if (proxy_.options_.tls && !shake_hands()) return;
    for (std::string request = client_.read_request(); !request.empty(); request = client_.read_request()) {
      stream_ = stream_of(request);
      ++proxy_.requests_;
      UnderWay under_way(proxy_, stream_);
      under_way_ = &under_way;
      fault_ = proxy_.next_fault(stream_);
      perturb(proxy_.options_.perturbs);
      if (client_.is_gone() || !handle(request)) return;
    }
  }

 private:
  void strike() { proxy_.count(stream_, fault_.kind); }

  bool handle(const std::string& request) {
    switch (fault_.kind) {
      case FaultKind::none:
        return carry_out(request) && pump(unlimited);
      case FaultKind::cut_answer:
        return carry_out(request) && (pump(is_watch() ? bytes_of_watch() : bytes_of_answer()) || end_by_chance());
      case FaultKind::silent_in_answer:
        return carry_out(request) && (pump(bytes_of_answer()) || keep_silent());
      default:
        strike();
        return is_carried_out(fault_.kind) ? handle_carried_out(request) : handle_refused(request);
    }
  }

  bool handle_carried_out(const std::string& request) {
    switch (fault_.kind) {
      case FaultKind::delayed:
        proxy_.wait(milliseconds(fault_.amount % 40));
        return !client_.is_gone() && carry_out(request) && pump(unlimited);
      case FaultKind::trickled_request:
        return trickle(request) && await_answer() && pump(unlimited);
      case FaultKind::trickled_answer:
        is_trickling_ = true;
        return carry_out(request) && pump(unlimited);
      case FaultKind::reset_after:
        carry_out(request);
        return reset();
      case FaultKind::closed_after:
        carry_out(request);
        return end();
      case FaultKind::half_closed:
        if (!forward(request)) return false;
        client_.half_close();
        await_answer();
        return false;
      case FaultKind::silent:
        return carry_out(request) && keep_silent();
      default:
        carry_out(request);
        disconnect();
        return client_.send(answer_for(fault_, request));
    }
  }

  bool handle_refused(const std::string& request) {
    switch (fault_.kind) {
      case FaultKind::reset_before:
        return reset();
      case FaultKind::refused:
        reset();
        proxy_.refuse_for(milliseconds(fault_.amount % 50));
        return false;
      case FaultKind::cut_request:
        forward(std::string_view(request).substr(0, fault_.amount % request.size()));
        disconnect();
        return reset();
      case FaultKind::restarted:
        proxy_.restart_server();
        return reset();
      default:
        return client_.send(answer_for(fault_, request));
    }
  }

  /// Mostly within the head or a short body.
  [[nodiscard]] std::size_t bytes_of_answer() const {
    return 1 + fault_.amount / 8 % (fault_.amount % 4 == 0 ? 100'000 : 700);
  }

  [[nodiscard]] bool is_watch() const { return is_of_watch(stream_); }
  /// Some events.
  [[nodiscard]] std::size_t bytes_of_watch() const { return 1 + fault_.amount / 8 % 20'000; }

  bool carry_out(std::string_view request) { return forward(request) && await_answer(); }

  bool forward(std::string_view bytes) {
    if (server_ < 0) connect();
    return server_ >= 0 && send_all(server_, bytes);
  }

  bool trickle(std::string_view bytes) {
    for (int i = 0; i < 12 && bytes.size() > 8; ++i) {
      if (!forward(bytes.substr(0, 1 + fault_.amount % 7))) return false;
      bytes.remove_prefix(1 + fault_.amount % 7);
      proxy_.wait(milliseconds(1));
    }
    return forward(bytes);
  }

  /// A server that closes a connection has done with its request.
  bool await_answer() {
    char first = 0;
    const bool came = server_ >= 0 && ::recv(server_, &first, 1, MSG_PEEK) == 1;
    if (under_way_ != nullptr) under_way_->end();
    return came;
  }

  /// Copies until the client speaks again. @return false at the end of either, and after `limit` bytes of the answer
  bool pump(std::size_t limit) {
    reached_limit_ = false;
    std::array<pollfd, 2> watched{{{server_, POLLIN, 0}, {client_.socket(), POLLIN, 0}}};
    for (;;) {
      perturb(proxy_.options_.perturbs);
      if (::poll(watched.data(), watched.size(), -1) < 0) return false;
      if (watched[0].revents == 0) return true;
      std::array<char, 16'384> buffer;
      const ssize_t size = ::recv(server_, buffer.data(), std::min(limit, piece_size()), 0);
      if (size <= 0 || !client_.send({buffer.data(), static_cast<std::size_t>(size)})) return false;
      if (std::exchange(renegotiates_, false) && !renegotiate()) return false;
      limit -= static_cast<std::size_t>(size);
      reached_limit_ = limit == 0;
      if (reached_limit_) return false;
    }
  }

  [[nodiscard]] std::size_t piece_size() {
    if (renegotiates_) return 1 + fault_.amount % 300;
    if (!is_trickling_) return 16'384;
    if (++pieces_ > 12) is_trickling_ = false;
    proxy_.wait(milliseconds(1));
    return 1 + fault_.amount % 7;
  }

  /// Does what the handshake's fault is.
  bool shake_hands() {
    stream_ = new_connection;
    fault_ = proxy_.next_tls_fault();
    if (fault_.kind == FaultKind::plain_answer) {
      strike();
      client_.read_some();
      client_.send(http_response(400, "Client sent a plain HTTP request", "text/plain"));
      return false;
    }
    const bool ends = fault_.kind == FaultKind::cut_handshake || fault_.kind == FaultKind::silent_handshake;
    renegotiates_ = fault_.kind == FaultKind::renegotiated;
    const bool is_old = renegotiates_ || fault_.amount % 2 == 0;
    const TlsEndpoint& endpoint = *proxy_.endpoint_;
    auto tls = std::make_unique<TlsTransport>(
        *(fault_.kind == FaultKind::other_authority ? endpoint.untrusted : endpoint.trusted), client_.socket(),
        is_old ? TLS1_2_VERSION : TLS1_3_VERSION);
    if (fault_.kind == FaultKind::other_authority) strike();
    switch (tls->accept(ends ? 1 + fault_.amount / 8 % longest_handshake : unlimited)) {
      case TlsTransport::Handshake::refused:
        return false;
      case TlsTransport::Handshake::cut:
        strike();
        if (fault_.kind == FaultKind::silent_handshake) return wait_for_end();
        return fault_.amount % 2 == 0 && reset();
      case TlsTransport::Handshake::done:
        if (fault_.kind != FaultKind::other_authority) break;
        ++proxy_.misplaced_trust_;
        return false;
    }
    tls_ = tls.get();
    client_.use(std::move(tls));
    return true;
  }

  bool renegotiate() {
    proxy_.count(stream_, FaultKind::renegotiated);
    return tls_->renegotiate();
  }

  bool end_by_chance() {
    if (!reached_limit_) return false;
    strike();
    return fault_.amount % 2 == 0 ? reset() : end();
  }

  /// Half of the connections over TLS say that they end.
  bool end() {
    if (tls_ != nullptr && fault_.amount / 2 % 2 == 0) tls_->end();
    return false;
  }

  bool keep_silent() {
    if (fault_.kind == FaultKind::silent_in_answer) {
      if (!reached_limit_) return false;
      strike();
    }
    return wait_for_end();
  }

  /// Until the client has had enough, whatever it says.
  bool wait_for_end() {
    const auto limit = std::chrono::steady_clock::now() + longest_silence;
    std::array<pollfd, 2> watched{{{client_.socket(), POLLIN, 0}, {proxy_.calm_event_.descriptor, POLLIN, 0}}};
    std::array<char, 4096> ignored;
    do {
      ::poll(watched.data(), watched.size(), static_cast<int>(longest_silence.count()));
    } while (watched[1].revents == 0 && std::chrono::steady_clock::now() < limit &&
             ::recv(client_.socket(), ignored.data(), ignored.size(), MSG_DONTWAIT) > 0);
    return false;
  }

  bool reset() {
    client_.reset();
    return false;
  }

  void connect() {
    server_ = connect_to_loopback(proxy_.server_port_);
    if (server_ < 0) return;
    const std::lock_guard lock(proxy_.mutex_);
    proxy_.server_sockets_.insert(server_);
    if (proxy_.stopping_) ::shutdown(server_, SHUT_RDWR);
  }

  void disconnect() {
    if (server_ < 0) return;
    const std::lock_guard lock(proxy_.mutex_);
    proxy_.server_sockets_.erase(server_);
    ::close(std::exchange(server_, -1));
  }

  // A connection meets one fault; the bytes until then may be those of a handshake or of several requests.
  void run_opaque() {
    stream_ = "TLS";
    ++proxy_.requests_;
    fault_ = proxy_.next_fault(stream_);
    connect();
    if (server_ < 0) return;
    if (fault_.kind == FaultKind::reset_before || fault_.kind == FaultKind::login_page) {
      strike();
      if (fault_.kind == FaultKind::login_page) client_.send(answer_for(fault_, {}));
      client_.reset();
      return;
    }
    const bool is_cut = fault_.kind == FaultKind::cut_answer || fault_.kind == FaultKind::silent_in_answer;
    const std::size_t limit = is_cut ? 1 + fault_.amount / 8 % 6000 : unlimited;
    while (pump(limit)) {
      const std::string bytes = client_.read_some();
      if (bytes.empty() || !forward(bytes)) return;
    }
    if (fault_.kind == FaultKind::silent_in_answer) {
      keep_silent();
    } else if (is_cut) {
      end_by_chance();
    }
  }

  FaultProxy& proxy_;
  Connection& client_;
  UnderWay* under_way_ = nullptr;
  std::string stream_{};
  PlannedFault fault_{};
  TlsTransport* tls_ = nullptr;
  int server_ = -1;
  bool renegotiates_ = false;
  bool is_trickling_ = false;
  bool reached_limit_ = false;
  int pieces_ = 0;
};

FaultProxy::Event::Event() : descriptor(::eventfd(0, EFD_CLOEXEC)) {}

FaultProxy::Event::~Event() { ::close(descriptor); }

FaultProxy::FaultProxy(std::uint16_t server_port, FaultProxyOptions options)
    : options_(std::move(options)),
      endpoint_(options_.tls ? std::make_unique<TlsEndpoint>() : nullptr),
      server_port_(server_port),
      operations_{{new_connection, new_connection}},
      server_([this](Connection& client) { Relay(*this, client).run(); }) {}

std::string FaultProxy::base_url() const {
  const bool is_secure = options_.tls || options_.is_opaque;
  return (is_secure ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(server_.port());
}

std::string FaultProxy::ca_pem() const { return endpoint_ ? endpoint_->authority.pem() : std::string(); }

FaultProxy::~FaultProxy() {
  calm();
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (const int socket : server_sockets_) ::shutdown(socket, SHUT_RDWR);
}

void FaultProxy::calm() {
  is_calm_ = true;
  const std::uint64_t one = 1;
  static_cast<void>(::write(calm_event_.descriptor, &one, sizeof one));
}

void FaultProxy::begin_operation(const std::string& stream, const std::string& operation) {
  const std::lock_guard lock(mutex_);
  operations_[stream] = operation;
}

void FaultProxy::settle(const std::string& stream) {
  std::unique_lock lock(mutex_);
  settled_.wait(lock, [&] { return under_way_[stream] == 0 && restarts_ == 0; });
}

FaultCounts FaultProxy::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

bool FaultProxy::is_disturbed() const {
  const std::lock_guard lock(mutex_);
  return refusals_ > 0 || restarts_ > 0;
}

PlannedFault FaultProxy::next_fault(const std::string& stream) {
  if (is_calm_) return {};
  if (options_.only != FaultKind::none) return is_of_tls(options_.only) ? PlannedFault{} : next_of_only();
  const std::lock_guard lock(mutex_);
  PlannedFault fault = planned_fault(options_.seed, stream, ordinals_[stream]++, options_.chance);
  if (fault.kind == FaultKind::none && is_of_watch(stream)) fault.kind = FaultKind::cut_answer;  // each ends some time
  return fault;
}

PlannedFault FaultProxy::next_tls_fault() {
  if (is_calm_) return {};
  if (options_.only != FaultKind::none) return is_of_tls(options_.only) ? next_of_only() : PlannedFault{};
  const std::lock_guard lock(mutex_);
  return planned_tls_fault(options_.seed, tls_connections_++, options_.chance);
}

PlannedFault FaultProxy::next_of_only() {
  return committed_++ < options_.most ? PlannedFault{options_.only, 8 * 120} : PlannedFault{};
}

void FaultProxy::count(const std::string& stream, FaultKind kind) {
  ++disturbances_;
  const std::lock_guard lock(mutex_);
  const auto operation = operations_.find(stream);
  const std::string name = is_of_watch(stream) ? "watch" : operation != operations_.end() ? operation->second : "Fleet";
  ++counts_[name][static_cast<std::size_t>(kind)];
}

bool FaultProxy::wait(milliseconds time) const {
  pollfd watched{calm_event_.descriptor, POLLIN, 0};
  return ::poll(&watched, 1, static_cast<int>(time.count())) == 0;
}

// A server that is stopping closes connections before it has done with their requests.
void FaultProxy::restart_server() {
  {
    const std::lock_guard lock(mutex_);
    ++restarts_;
  }
  if (options_.restart_server) options_.restart_server();
  const std::lock_guard lock(mutex_);
  --restarts_;
  ++disturbances_;
  settled_.notify_all();
}

void FaultProxy::refuse_for(milliseconds time) {
  {
    const std::lock_guard lock(mutex_);
    if (refusals_++ == 0) server_.refuse(true);
  }
  wait(time);
  const std::lock_guard lock(mutex_);
  if (--refusals_ == 0) server_.refuse(false);
  ++disturbances_;
}

}  // namespace kplane::tests
