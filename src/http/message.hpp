// What goes to an HTTP server and what comes back: plain values, no I/O.
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

/// Who a request comes from.
struct AuthInfo {
  Headers headers{};              ///< `Authorization` and the like
  std::string certificate_pem{};  ///< the client certificate with its chain; empty: none is presented
  std::string key_pem{};          ///< its private key

  friend bool operator==(const AuthInfo& a, const AuthInfo& b) noexcept {
    return a.headers == b.headers && a.certificate_pem == b.certificate_pem && a.key_pem == b.key_pem;
  }
};
using AuthInfoPtr = std::shared_ptr<const AuthInfo>;

/// What a thread has to do while one of its calls waits, such as the other transfers of a batch.
class IdleWork {
 public:
  IdleWork() = default;
  IdleWork(const IdleWork&) = delete;
  IdleWork& operator=(const IdleWork&) = delete;
  virtual ~IdleWork() = default;

  /// Does what can be done, and waits for more, both for no longer than about `longest`.
  virtual void work(Milliseconds longest) noexcept = 0;
};

/// How long a call may still block.
struct WaitLimits {
  TimePoint deadline = TimePoint::max();
  detail::StopTokens stops{};
  IdleWork* idle_work = nullptr;  ///< called again and again while the call waits; must outlive it
};

/// Where a request's AuthInfo comes from. Implementations are thread-safe.
class Credentials {
 public:
  Credentials() = default;
  Credentials(const Credentials&) = delete;
  Credentials& operator=(const Credentials&) = delete;
  virtual ~Credentials() = default;

  /// Never nullptr. Blocks only where finding it out takes time, and does the idle work of `limits` then, which may
  /// come back here. @throws Error
  virtual AuthInfoPtr current(const WaitLimits& limits) = 0;
  /// Called when the server refused `used` with 401. @return whether current() would now say something else.
  virtual bool renew(const AuthInfoPtr& used) = 0;
};

/// Looks at a body while it arrives. Called on the thread that sends the request.
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
  /// More of it has arrived; what was there before may have moved.
  virtual void receive(std::string_view body_so_far) = 0;
};

/// Takes the body of a 2xx response piece by piece, which is then not kept. Called on the thread that sends the
/// request.
class BodySink {
 public:
  BodySink() = default;
  BodySink(const BodySink&) = delete;
  BodySink& operator=(const BodySink&) = delete;
  virtual ~BodySink() = default;

  /// @return false when that is too much
  virtual bool receive(std::string_view piece) = 0;
};

struct Request;
struct Response;

/// Hears how a request ended that may have been carried out. Implementations are thread-safe.
class OutcomeListener {
 public:
  OutcomeListener() = default;
  OutcomeListener(const OutcomeListener&) = delete;
  OutcomeListener& operator=(const OutcomeListener&) = delete;
  virtual ~OutcomeListener() = default;

  /// Called once, before the request's caller has the result. @param result an error: whether it was carried out is not
  /// known
  virtual void on_outcome(const Request& request, const Result<Response>& result) noexcept = 0;
};

struct Request {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string body;
  bool idempotent = true;
  std::optional<int> max_attempts;        ///< none: as the transport's policy says
  TimePoint deadline = TimePoint::max();  ///< of all attempts together; of a stream, of finding its credentials
  std::shared_ptr<Credentials> credentials;
  BodyWatcher* body_watcher = nullptr;  ///< must outlive the request
  BodySink* body_sink = nullptr;        ///< likewise
  std::shared_ptr<OutcomeListener> outcome_listener;
  std::string advice;      ///< what this library warns of, for the observer; empty: nothing
  StopToken stop{};        ///< of this call; the transport knows its client's
  bool obeys_stop = true;  ///< off for what must be done even while everything else stops: clean-up
};

/// The request with a body of that type.
[[nodiscard]] Request with_body(Request request, std::string body, std::string content_type);

/// What a request is called in errors and by observers: `METHOD URL`, the URL without secrets.
[[nodiscard]] std::string request_line(const Request& request);
[[nodiscard]] std::string_view method_of(std::string_view request_line) noexcept;
[[nodiscard]] std::string_view url_of(std::string_view request_line) noexcept;

/// A complete answer, whatever its status.
struct Response {
  std::string request_line;  ///< of the request that it answers, as request_line() says
  int status = 0;
  Headers headers;
  memory::PaddedBuffer body;
  /// An earlier attempt at this very request may have been carried out: it was sent, and no answer came, or a 5xx. What
  /// this one met may be that one's doing.
  bool after_lost_answer = false;
  /// Of the request, for when something of the answer is quoted.
  std::shared_ptr<const detail::SecretSource> secrets{};
};

/// Whether two header names are the same but for the case.
[[nodiscard]] bool is_same_name(std::string_view a, std::string_view b) noexcept;

/// Without the blanks around it, which do not belong to a header's value (RFC 9110 §5.5).
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// The first header of that name, in any case.
[[nodiscard]] std::optional<std::string_view> find_header(const Headers& headers, std::string_view name) noexcept;

/// Makes what `identity` shows of itself unreadable in the headers of an answer: some gateways quote the request there.
void conceal(Headers& headers, const AuthInfo& identity) noexcept;

/// @throws ConfigError when a header's name or value could break out of its line (RFC 9110 §5.5).
void check_header(std::string_view name, std::string_view value);

/// Whether repeating the method cannot do more than doing it once (RFC 9110 §9.2.2).
[[nodiscard]] bool is_idempotent(std::string_view method) noexcept;

}  // namespace kplane::http
