// RequestAttempts: one request over all its attempts. It decides what follows an attempt; others perform it and wait.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <kplane/error.hpp>

#include "http/transfer.hpp"

namespace kplane::http {

class RequestAttempts {
 public:
  /// `options` must outlive the attempts, which must stay where it is while an attempt runs.
  RequestAttempts(const TransportOptions& options, Request request);

  /// Finds out who the next attempt is from. May block, and so comes before the attempt uses a connection; also ended
  /// by `stops`. @return why that could not be found out; nullptr when it was
  [[nodiscard]] ErrorPtr identify(const detail::StopTokens& stops, IdleWork* idle_work = nullptr);
  /// Sets the next attempt up on `handle`; `stops` end it where nobody else can. @throws std::bad_alloc, TlsError
  void begin(CURL* handle, const detail::StopTokens& stops);
  /// Takes the attempt that ended with `code`, and tells the observer.
  /// @return when to make the next attempt, at the earliest; nullopt: there is none, and take_result() has the result
  [[nodiscard]] std::optional<TimePoint> finish(CURLcode code);
  /// Ends the request, such as before an attempt. @return nullopt, as finish() does
  std::optional<TimePoint> end(Result<Response> result);
  /// Once: the response, whatever its status, or why none arrived.
  [[nodiscard]] Result<Response> take_result() { return *std::move(result_); }

  /// Takes an attempt that a stop ended.
  [[nodiscard]] ErrorPtr abandon();

  [[nodiscard]] TimePoint deadline() const noexcept { return deadline_; }
  /// Whether the attempt that runs has brought the head of a success.
  [[nodiscard]] bool is_receiving() const noexcept { return transfer_.is_success(); }
  /// What must not be shown of the request, once an attempt has begun.
  [[nodiscard]] Secrets secrets() const { return transfer_.secrets(); }
  /// What may stop the request.
  [[nodiscard]] const detail::StopTokens& stops() const noexcept { return stops_; }
  [[nodiscard]] const std::string& request_line() const noexcept { return request_line_; }
  /// The error of a request that was stopped between two attempts.
  [[nodiscard]] ErrorPtr stopped() const;
  /// The result of a request whose time ran out before the next attempt could begin: what the last one brought, or else
  /// an error that ends with `why`.
  [[nodiscard]] Result<Response> overdue(const std::string& why);

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
  std::string request_line_;  // until a response takes it along
  const TimePoint deadline_;  // none for a stream: it runs as long as its reader wants
  const detail::StopTokens stops_;
  Transfer transfer_;
  AuthInfoPtr identity_;
  WaitLimits attempt_limits_;
  TimePoint begun_;
  int attempt_ = 0;
  int renewals_ = 0;
  std::optional<Result<Response>> to_repeat_;  // what the last attempt brought, until the next one begins
  std::optional<Result<Response>> result_;
  bool may_be_done_ = false;  // by an attempt before the one that runs
};

}  // namespace kplane::http
