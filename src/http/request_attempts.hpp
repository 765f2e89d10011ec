// One request with all its attempts. It decides what follows an attempt; the caller performs attempts and waits.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <kplane/error.hpp>

#include "http/transfer.hpp"

namespace kplane::http {

class RequestAttempts {
 public:
  /// `options` must outlive this object, which must not move while an attempt runs.
  RequestAttempts(const TransportOptions& options, Request request);

  /// Obtains the credentials of the next attempt. May block, so it runs before the attempt uses a connection; `stops`
  /// end it. @return the error; nullptr on success
  [[nodiscard]] ErrorPtr identify(const detail::StopTokens& stops, IdleWork* idle_work = nullptr);
  /// Sets up the next attempt on `handle`; `stops` end it where nothing else can. @throws std::bad_alloc, TlsError
  void begin(CURL* handle, const detail::StopTokens& stops);
  /// Takes the attempt that ended with `code`, and calls the observer.
  /// @return the earliest time of the next attempt; nullopt: there is none, and take_result() has the result
  [[nodiscard]] std::optional<TimePoint> finish(CURLcode code);
  /// Ends the request, such as before an attempt. @return nullopt, as finish() does
  std::optional<TimePoint> end(Result<Response> result);
  /// Call once: the response, whatever its status, or the error.
  [[nodiscard]] Result<Response> take_result() { return *std::move(result_); }

  /// Ends the request after a stop ended its attempt.
  [[nodiscard]] ErrorPtr abandon();

  [[nodiscard]] TimePoint deadline() const noexcept { return deadline_; }
  /// Whether the running attempt has received the headers of a success.
  [[nodiscard]] bool is_receiving() const noexcept { return transfer_.is_success(); }
  /// Whether the response is read as it arrives, and may be endless.
  [[nodiscard]] bool is_stream() const noexcept { return request_.body_sink != nullptr; }
  /// The secrets of the request, once an attempt has begun.
  [[nodiscard]] Secrets secrets() const { return transfer_.secrets(); }
  /// The tokens that can stop the request.
  [[nodiscard]] const detail::StopTokens& stops() const noexcept { return stops_; }
  [[nodiscard]] const std::string& request_line() const noexcept { return request_line_; }
  /// The error for a request that was stopped between two attempts.
  [[nodiscard]] ErrorPtr stopped() const;
  /// The result of a request whose deadline passed before its next attempt: that of the attempt before, or else a
  /// TimeoutError that ends with `why`.
  [[nodiscard]] Result<Response> overdue(const char* why = "the deadline passed before the request could be sent");

 private:
  [[nodiscard]] bool has_attempts_left() const noexcept;
  [[nodiscard]] bool may_repeat(int status) const noexcept;
  void note_lost_answer(const ErrorPtr& error) noexcept;
  [[nodiscard]] bool credentials_renewed();
  void label(Response& response);
  [[nodiscard]] std::optional<TimePoint> after_backoff(Result<Response> result, Milliseconds at_least);
  void report(const ErrorPtr& error) const;

  const TransportOptions& options_;
  Request request_;
  std::string request_line_;  // moved into the response
  const TimePoint deadline_;  // none for a stream, which runs as long as its reader wants
  const detail::StopTokens stops_;
  Transfer transfer_;
  AuthInfoPtr identity_;
  WaitLimits attempt_limits_;
  TimePoint begun_;
  int attempt_ = 0;
  int renewals_ = 0;
  std::optional<Result<Response>> to_repeat_;  // what the last attempt brought, until the next one begins
  std::optional<Result<Response>> result_;
  bool may_be_done_ = false;  // by an attempt before the running one
};

}  // namespace kplane::http
