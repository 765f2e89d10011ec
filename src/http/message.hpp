// HTTP requests and responses as plain values, without I/O.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kplane/stop.hpp>

#include "base/result.hpp"
#include "base/secrets.hpp"
#include "base/stop_state.hpp"
#include "base/time.hpp"
#include "memory/padded_buffer.hpp"

namespace kplane::http {

using detail::ErrorPtr;
using detail::Milliseconds;
using detail::Result;
using detail::Secrets;
using detail::TimePoint;
using Headers = std::vector<std::pair<std::string, std::string>>;

/// The identity that a request is sent with.
struct AuthInfo {
  Headers headers{};              ///< `Authorization` and the like
  std::string certificate_pem{};  ///< the client certificate with its chain; empty: none is presented
  std::string key_pem{};          ///< its private key

  friend bool operator==(const AuthInfo& a, const AuthInfo& b) noexcept {
    return a.headers == b.headers && a.certificate_pem == b.certificate_pem && a.key_pem == b.key_pem;
  }
};
using AuthInfoPtr = std::shared_ptr<const AuthInfo>;

/// Work for a thread while one of its calls waits, such as the other transfers of a batch.
class IdleWork {
 public:
  IdleWork() = default;
  IdleWork(const IdleWork&) = delete;
  IdleWork& operator=(const IdleWork&) = delete;
  virtual ~IdleWork() = default;

  /// Works, and waits for more work, for at most about `longest`.
  virtual void work(Milliseconds longest) noexcept = 0;
};

/// How long a call may still block.
struct WaitLimits {
  TimePoint deadline = TimePoint::max();
  detail::StopTokens stops{};
  IdleWork* idle_work = nullptr;  ///< called again and again while the call waits; must outlive it
};

/// The source of a request's AuthInfo. Implementations are thread-safe.
class Credentials {
 public:
  Credentials() = default;
  Credentials(const Credentials&) = delete;
  Credentials& operator=(const Credentials&) = delete;
  virtual ~Credentials() = default;

  /// Never nullptr. If it has to block, it calls the idle work of `limits` meanwhile, which may re-enter this function.
  /// @throws Error
  virtual AuthInfoPtr current(const WaitLimits& limits) = 0;
  /// Called when the server rejected `used` with 401. @return whether current() would now return something else.
  virtual bool renew(const AuthInfoPtr& used) = 0;
};

/// Observes a body while it arrives. Called on the thread that sends the request.
class BodyWatcher {
 public:
  BodyWatcher() = default;
  BodyWatcher(const BodyWatcher&) = default;
  BodyWatcher(BodyWatcher&&) = default;
  BodyWatcher& operator=(const BodyWatcher&) = default;
  BodyWatcher& operator=(BodyWatcher&&) = default;
  virtual ~BodyWatcher() = default;

  /// The body of a 2xx response begins; there may be several, one for each attempt. @param expected_size a guess
  virtual void begin(std::size_t expected_size) = 0;
  /// More data has arrived; the earlier data may have moved.
  virtual void receive(std::string_view body_so_far) = 0;
};

/// Consumes the body of a 2xx response piece by piece; it is then not stored. Called on the thread that sends the
/// request.
class BodySink {
 public:
  BodySink() = default;
  BodySink(const BodySink&) = delete;
  BodySink& operator=(const BodySink&) = delete;
  virtual ~BodySink() = default;

  /// The headers of a 2xx response have arrived. @param secrets those of the request
  virtual void take_success(const Secrets& secrets) { static_cast<void>(secrets); }
  /// @return false to reject more data
  virtual bool receive(std::string_view piece) = 0;
};

struct Request;
struct Response;

/// Is notified how a request that may have been carried out ended. Implementations are thread-safe.
class OutcomeListener {
 public:
  OutcomeListener() = default;
  OutcomeListener(const OutcomeListener&) = delete;
  OutcomeListener& operator=(const OutcomeListener&) = delete;
  virtual ~OutcomeListener() = default;

  /// Called once, before the request's caller has the result. @param result an error: it is unknown whether the request
  /// was carried out
  virtual void on_outcome(const Request& request, const Result<Response>& result) noexcept = 0;
};

struct Request {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string body;
  bool idempotent = true;
  std::optional<int> max_attempts;        ///< none: the transport's policy applies
  TimePoint deadline = TimePoint::max();  ///< for all attempts together; for a stream, for obtaining its credentials
  std::shared_ptr<Credentials> credentials;
  BodyWatcher* body_watcher = nullptr;  ///< must outlive the request
  BodySink* body_sink = nullptr;        ///< likewise
  std::shared_ptr<OutcomeListener> outcome_listener;
  std::string advice;      ///< a warning by this library, for the observer; empty: none
  StopToken stop{};        ///< of this call; the transport has its client's
  bool obeys_stop = true;  ///< false for clean-up, which must run even after a stop
};

/// The request with a body of that type.
[[nodiscard]] Request with_body(Request request, std::string body, std::string content_type);

/// `METHOD URL` for errors and observers, the URL without secrets.
[[nodiscard]] std::string request_line(const Request& request);
[[nodiscard]] std::string_view method_of(std::string_view request_line) noexcept;
[[nodiscard]] std::string_view url_of(std::string_view request_line) noexcept;

/// A complete answer, whatever its status.
struct Response {
  std::string request_line;  ///< of the request that it answers, as request_line() says
  int status = 0;
  Headers headers;
  memory::PaddedBuffer body;
  /// An earlier attempt at this request may have been carried out: it was sent, but got no answer or a 5xx. That may
  /// explain the outcome of this attempt.
  bool after_lost_answer = false;
  /// The request's secrets, for when part of the answer is quoted.
  std::shared_ptr<const detail::SecretSource> secrets{};
};

/// Compares header names case-insensitively.
[[nodiscard]] bool is_same_name(std::string_view a, std::string_view b) noexcept;

/// Without surrounding whitespace, which is not part of a header value (RFC 9110 §5.5).
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// The first header of that name, case-insensitively.
[[nodiscard]] std::optional<std::string_view> find_header(const Headers& headers, std::string_view name) noexcept;

/// Redacts the credentials of `identity` in the headers of an answer: some gateways quote the request there.
void conceal(Headers& headers, const AuthInfo& identity) noexcept;

/// @throws ConfigError when a header's name or value could break out of its line (RFC 9110 §5.5).
void check_header(std::string_view name, std::string_view value);

/// Whether the method is idempotent (RFC 9110 §9.2.2).
[[nodiscard]] bool is_idempotent(std::string_view method) noexcept;

}  // namespace kplane::http
