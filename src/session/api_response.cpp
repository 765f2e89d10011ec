// Maps HTTP status codes to the subclasses of ApiError (contract §7).
#include "session/api_response.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/excerpt.hpp"
#include "base/secrets.hpp"
#include "codec/status.hpp"
#include "http/retry_backoff.hpp"
#include "http/url.hpp"

namespace kplane::detail {

namespace {

constexpr int first_success = 200;  // lower ones are interim responses
constexpr int first_failure = 300;
constexpr std::string_view unserved_message = "the server could not find the requested resource";

bool says_terminating(const ApiError::Info& info) noexcept {
  const std::vector<StatusCause>& causes = info.details.causes;
  return std::any_of(causes.begin(), causes.end(),
                     [](const StatusCause& cause) { return cause.reason == "NamespaceTerminating"; });
}

std::shared_ptr<const Error> classify(ApiError::Info info) {
  switch (info.status) {
    case 400:
      return std::make_shared<BadRequest>(std::move(info));
    case 401:
      return std::make_shared<Unauthorized>(std::move(info));
    case 403:
      if (says_terminating(info)) return terminating_error(std::move(info));
      return std::make_shared<Forbidden>(std::move(info));
    case 404:
      return std::make_shared<NotFound>(std::move(info));
    case 409:
      if (info.reason == "AlreadyExists") return std::make_shared<AlreadyExists>(std::move(info));
      return std::make_shared<Conflict>(std::move(info));
    case 410:
      return std::make_shared<Expired>(std::move(info));
    case 422:
      return std::make_shared<Invalid>(std::move(info));
    case 429:
      return std::make_shared<TooManyRequests>(std::move(info));
    default:
      break;
  }
  if (info.status >= 500) return std::make_shared<ServerError>(std::move(info));
  return std::make_shared<ApiError>(std::move(info));
}

/// Redacted before shortening: a truncated URL or credential would not be recognised.
std::optional<std::string> shown_header(const ApiResponse& answer, std::string_view name, const Secrets& secrets) {
  const auto value = http::find_header(answer.headers, name);
  if (!value) return std::nullopt;
  return excerpt(secrets.blotted(http::without_secrets(*value)));
}

std::shared_ptr<const Error> api_error(const ApiResponse& answer, bool after_lost_answer) {
  const Secrets secrets = answer.body->secrets();
  ApiError::Info info;
  info.status = answer.status;
  info.method = http::method_of(answer.request_line());
  info.url = http::url_of(answer.request_line());
  info.after_lost_answer = after_lost_answer;
  info.audit_id = shown_header(answer, "Audit-Id", secrets).value_or(std::string());
  info.retry_after = http::retry_after(answer.headers);
  codec::read_status(answer.body, info, secrets);
  const auto location = shown_header(answer, "Location", secrets);
  if (answer.status < 400 && location) info.message = "redirects to " + *location + "; redirects are not followed";
  return classify(std::move(info));
}

}  // namespace

std::shared_ptr<const Error> terminating_error(ApiError::Info info) {
  info.message +=
      "; on a plane without controllers it stays in that phase until Plane::remove_namespace() empties and finalizes "
      "it";
  return std::make_shared<NamespaceTerminating>(std::move(info));
}

Result<ApiResponse> to_result(Result<http::Response> received) {
  if (!received.ok()) return received.error();
  http::Response& response = received.value();
  ApiResponse answer{response.status, std::move(response.headers),
                     std::make_shared<const Document>(std::move(response.body), std::move(response.request_line),
                                                      std::move(response.secrets))};
  if (answer.status < first_success || answer.status >= first_failure) {
    return api_error(answer, response.after_lost_answer);
  }
  return answer;
}

std::shared_ptr<const Error> status_error(const Object& status, const std::string& request_line,
                                          const Secrets& secrets) {
  constexpr std::int64_t unknown = 500;
  ApiError::Info info;
  info.status =
      static_cast<int>(std::clamp<std::int64_t>(status.get<std::int64_t>("/code").value_or(unknown), 400, 599));
  info.method = http::method_of(request_line);
  info.url = http::url_of(request_line);
  codec::read_status(std::make_shared<const Document>(memory::PaddedBuffer(status.raw()), request_line), info, secrets);
  return classify(std::move(info));
}

ApiError::Info info_of(const ApiError& error) {
  ApiError::Info info;
  info.status = error.status();
  info.reason = error.reason();
  info.message = error.message();
  info.details = error.details();
  info.audit_id = error.audit_id();
  info.retry_after = error.retry_after();
  info.method = error.method();
  info.url = error.url();
  info.after_lost_answer = error.after_lost_answer();
  return info;
}

Result<ApiResponse> try_send(http::Transport& transport, http::Request request) {
  return to_result(transport.send(std::move(request)));
}

ApiResponse send(http::Transport& transport, http::Request request) {
  return try_send(transport, std::move(request)).value_or_raise();
}

bool is_unserved(const Error& error) noexcept {
  const auto* missing = dynamic_cast<const NotFound*>(&error);
  if (missing == nullptr) return false;
  const bool names_nothing = missing->details().name.empty() && missing->details().kind.empty();
  return missing->reason().empty() || (names_nothing && missing->message() == unserved_message);
}

bool is_absent(const Error& error) noexcept {
  return dynamic_cast<const NotFound*>(&error) != nullptr && !is_unserved(error);
}

bool is_gone(const Error& error) noexcept {
  return dynamic_cast<const Conflict*>(&error) != nullptr || is_absent(error);
}

// Servers before 1.18.6 set no cause, so the message is checked.
bool is_future_version(const Error& error) noexcept {
  const auto* api = dynamic_cast<const ApiError*>(&error);
  if (api == nullptr || api->status() != 504) return false;
  const auto& causes = api->details().causes;
  return std::any_of(causes.begin(), causes.end(),
                     [](const StatusCause& cause) { return cause.reason == "ResourceVersionTooLarge"; }) ||
         (api->reason() == "Timeout" && api->message().find("Too large resource version") != std::string::npos);
}

bool after_lost_answer(const Error& error) noexcept {
  const auto* api = dynamic_cast<const ApiError*>(&error);
  return api != nullptr && api->after_lost_answer();
}

std::shared_ptr<const Error> marked_after_lost_answer(const std::shared_ptr<const Error>& error) {
  const auto* api = dynamic_cast<const ApiError*>(error.get());
  if (api == nullptr || api->after_lost_answer()) return error;
  ApiError::Info info = info_of(*api);
  info.after_lost_answer = true;
  return classify(std::move(info));
}

bool may_be_carried_out(const Error& error) noexcept {
  if (dynamic_cast<const TlsError*>(&error) != nullptr) return false;
  return dynamic_cast<const TransportError*>(&error) != nullptr ||
         dynamic_cast<const StoppedError*>(&error) != nullptr || dynamic_cast<const DecodeError*>(&error) != nullptr ||
         dynamic_cast<const ServerError*>(&error) != nullptr || after_lost_answer(error);
}

Milliseconds asked_pause(const Error& error) noexcept {
  const auto* api = dynamic_cast<const ApiError*>(&error);
  return api == nullptr ? Milliseconds{0} : api->retry_after().value_or(Milliseconds{0});
}

bool may_pass(const Error& error) noexcept {
  return error.retryable() || dynamic_cast<const ServerError*>(&error) != nullptr;
}

bool is_hopeless(const Error& error) noexcept {
  if (const auto* tls = dynamic_cast<const TlsError*>(&error)) return !tls->retryable();
  if (const auto* api = dynamic_cast<const ApiError*>(&error)) return api->status() == 401 || api->status() == 403;
  return dynamic_cast<const ConfigError*>(&error) != nullptr ||
         dynamic_cast<const CredentialError*>(&error) != nullptr ||
         dynamic_cast<const StoppedError*>(&error) != nullptr;
}

}  // namespace kplane::detail
