// RequestAttempts: one request over all its attempts. It decides what follows an attempt; others perform it and wait.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include <kplane/error.hpp>

#include "http/transfer.hpp"

namespace kplane::http {

/// A request that ended: the response, whatever its status, or why none arrived.
using Outcome = std::variant<Response, std::shared_ptr<const Error>>;

class RequestAttempts {
 public:
  /// Make the next attempt no earlier than this.
  struct Retry {
    TimePoint at;
  };
  using Decision = std::variant<Outcome, Retry>;

  /// `options` must outlive the attempts, which must stay where it is while an attempt runs.
  RequestAttempts(const TransportOptions& options, Request request, TimePoint deadline);

  /// Finds out who the next attempt is from. May block, and so comes before the attempt takes up a place; also ended by
  /// `stops`. @return why that could not be found out; nullptr when it was
  [[nodiscard]] std::shared_ptr<const Error> identify(const detail::StopTokens& stops);
  /// Sets the next attempt up on `handle`; `stops` end it where nobody else can. @throws std::bad_alloc, TlsError
  void begin(CURL* handle, const detail::StopTokens& stops);
  /// Judges the attempt that ended with `code`, and tells the observer.
  [[nodiscard]] Decision finish(CURLcode code);

  /// Judges an attempt that a stop ended.
  [[nodiscard]] std::shared_ptr<const Error> abandon();

  [[nodiscard]] TimePoint deadline() const noexcept { return deadline_; }
  /// Whether the attempt that runs has brought the head of a success.
  [[nodiscard]] bool is_receiving() const noexcept { return transfer_.is_success(); }
  /// What must not be shown of the request, once an attempt has begun.
  [[nodiscard]] Secrets secrets() const { return transfer_.secrets(); }
  /// What may stop the request.
  [[nodiscard]] const detail::StopTokens& stops() const noexcept { return stops_; }
  /// The error of a request that was stopped between two attempts.
  [[nodiscard]] std::shared_ptr<const Error> stopped() const;
  /// The error of a request whose time ran out before an attempt could say so; `why` completes the sentence.
  [[nodiscard]] std::shared_ptr<const Error> timed_out(const std::string& why) const;

 private:
  [[nodiscard]] bool has_attempts_left() const noexcept;
  [[nodiscard]] bool may_repeat(int status) const noexcept;
  void note_lost_answer(const std::shared_ptr<const Error>& error) noexcept;
  [[nodiscard]] bool credentials_renewed();
  [[nodiscard]] Decision after_backoff(Outcome outcome, Milliseconds at_least);
  void report(const std::shared_ptr<const Error>& error) const;

  const TransportOptions& options_;
  const Request request_;
  const std::string shown_;  // method and URL, without secrets
  const TimePoint deadline_;
  const TimePoint credentials_deadline_;  // for finding the AuthInfo; a stream has no other deadline
  const detail::StopTokens stops_;
  Transfer transfer_;
  AuthInfoPtr identity_;
  WaitLimits attempt_limits_;
  TimePoint begun_;
  int attempt_ = 0;
  int renewals_ = 0;
  bool may_be_done_ = false;  // by an attempt before the one that runs
};

}  // namespace kplane::http
