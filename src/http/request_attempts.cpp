// The retry loop's decisions, as one step per attempt, so that single calls and batches share them.
#include "http/request_attempts.hpp"

#include <algorithm>
#include <utility>

#include "http/request_secrets.hpp"
#include "http/retry_backoff.hpp"
#include "http/url.hpp"
#include "http/warnings.hpp"

namespace kplane::http {

namespace {

/// The equivalent of a 401 from servers that check client certificates in the handshake.
bool is_refused(const Error& error) noexcept {
  return dynamic_cast<const ClientCertificateRefused*>(&error) != nullptr;
}

}  // namespace

RequestAttempts::RequestAttempts(const TransportOptions& options, Request request)
    : options_(options),
      request_(std::move(request)),
      request_line_(http::request_line(request_)),
      deadline_(request_.body_sink == nullptr ? request_.deadline : TimePoint::max()),
      stops_(request_.obeys_stop ? detail::StopTokens(request_.stop, options.stop) : detail::StopTokens()),
      transfer_(options) {}

ErrorPtr RequestAttempts::identify(const detail::StopTokens& stops, IdleWork* idle_work) {
  static const AuthInfoPtr nobody = std::make_shared<const AuthInfo>();
  try {
    identity_ = request_.credentials ? request_.credentials->current({request_.deadline, stops, idle_work}) : nobody;
    return nullptr;
  } catch (const Error& error) {
    return error.share();
  }
}

void RequestAttempts::begin(CURL* handle, const detail::StopTokens& stops) {
  ++attempt_;
  to_repeat_.reset();
  begun_ = options_.clock.now();
  attempt_limits_ = {deadline_, stops, nullptr};
  transfer_.prepare(handle, request_, *identity_, attempt_limits_, attempt_ > 1);
}

std::optional<TimePoint> RequestAttempts::finish(CURLcode code) {
  if (code == CURLE_ABORTED_BY_CALLBACK && attempt_limits_.stops.stop_requested()) return end(abandon());
  const ErrorPtr error = transfer_.finish(code, request_line_);
  report(error);
  if (transfer_.sendings() > 1) may_be_done_ = true;
  const bool after_lost_answer = may_be_done_;
  note_lost_answer(error);
  if (error) {
    const bool repeat = error->retryable() && request_.idempotent && has_attempts_left();
    if (repeat) return after_backoff(error, Milliseconds{0});
    if (is_refused(*error) && request_.idempotent && credentials_renewed()) return options_.clock.now();
    return end(error);
  }
  if (transfer_.status() == 401 && credentials_renewed()) return options_.clock.now();
  const bool repeat = may_repeat(transfer_.status()) && is_retryable_status(transfer_.status(), transfer_.headers());
  const Milliseconds asked = repeat ? retry_after(transfer_.headers()).value_or(Milliseconds{0}) : Milliseconds{0};
  Response response = transfer_.take_response();
  response.after_lost_answer = after_lost_answer;
  return repeat ? after_backoff(std::move(response), asked) : end(std::move(response));
}

std::optional<TimePoint> RequestAttempts::end(Result<Response> result) {
  result_ = std::move(result);
  const bool may_be_done = may_be_done_ || result_->ok();
  if (request_.outcome_listener && may_be_done) request_.outcome_listener->on_outcome(request_, *result_);
  if (result_->ok()) label(result_->value());
  return std::nullopt;
}

// The reader of a stream may need its secrets after its end.
void RequestAttempts::label(Response& response) {
  const bool is_stream = request_.body_sink != nullptr;
  Headers headers = is_stream ? request_.headers : std::move(request_.headers);
  std::string url = is_stream ? request_.url : std::move(request_.url);
  response.request_line = std::move(request_line_);
  response.secrets =
      std::make_shared<const RequestSecrets>(std::move(headers), std::move(url), identity_, options_.proxy);
}

// The outcome is unknown if the server did not reply, or a gateway replied for it, or it timed out (contract §9).
void RequestAttempts::note_lost_answer(const ErrorPtr& error) noexcept {
  constexpr int server_error = 500;
  if (error ? transfer_.sendings() > 0 && !is_refused(*error) : transfer_.status() >= server_error) may_be_done_ = true;
}

ErrorPtr RequestAttempts::abandon() {
  transfer_.abandon();
  may_be_done_ = true;
  ErrorPtr error = stopped();
  report(error);
  return error;
}

ErrorPtr RequestAttempts::stopped() const {
  return std::make_shared<StoppedError>(request_line_ + ": a stop was requested");
}

Result<Response> RequestAttempts::overdue(const char* why) {
  if (to_repeat_) return *std::move(to_repeat_);
  return ErrorPtr(std::make_shared<TimeoutError>(request_line_ + ": " + why));
}

bool RequestAttempts::has_attempts_left() const noexcept {
  return attempt_ - renewals_ < request_.max_attempts.value_or(options_.retry.max_attempts);
}

bool RequestAttempts::may_repeat(int status) const noexcept {
  return has_attempts_left() && (request_.idempotent || is_refused_status(status));
}

// The server rejected the request before doing anything, so repeating it is safe whatever the method.
bool RequestAttempts::credentials_renewed() {
  if (renewals_ > 0 || !request_.credentials || !request_.credentials->renew(identity_)) return false;
  ++renewals_;
  return true;
}

std::optional<TimePoint> RequestAttempts::after_backoff(Result<Response> result, Milliseconds at_least) {
  const Milliseconds wait = std::max(at_least, backoff(options_.retry, attempt_, options_.clock.uniform()));
  const TimePoint at = deadline_after(options_.clock.now(), wait);
  if (at >= deadline_) return end(std::move(result));
  to_repeat_ = std::move(result);
  return at;
}

void RequestAttempts::report(const ErrorPtr& error) const {
  if (!options_.observer) return;
  RequestEvent event;
  event.method = request_.method;
  event.url = url_of(request_line_);
  event.status = transfer_.status();
  event.bytes = transfer_.received_bytes();
  event.duration = std::chrono::duration_cast<std::chrono::microseconds>(options_.clock.now() - begun_);
  event.attempt = attempt_;
  event.warnings = warning_texts(transfer_.headers(), secrets());
  if (attempt_ == 1 && !request_.advice.empty()) event.warnings.push_back(request_.advice);
  if (error) event.error = error->what();
  try {
    options_.observer(event);
  } catch (...) {  // an observer's failure is not the request's
    return;
  }
}

}  // namespace kplane::http
