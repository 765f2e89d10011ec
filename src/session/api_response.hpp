// A received response, and the error for a failed one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <kplane/error.hpp>
#include <kplane/object.hpp>

#include "base/result.hpp"
#include "http/transport.hpp"
#include "json/document.hpp"

namespace kplane::detail {

/// A response whose status is below 300.
struct ApiResponse {
  int status = 0;
  http::Headers headers;
  std::shared_ptr<const Document> body;

  /// Method and URL of the request that this answers, without secrets; also the body's origin.
  [[nodiscard]] const std::string& request_line() const noexcept { return body->origin(); }
};

/// The response with its body as a Document; the ApiError of a status of 300 and above; or the transport's error.
[[nodiscard]] Result<ApiResponse> to_result(Result<http::Response> received);

/// The error for a `Status` inside a successful response, as in a watch. `request_line` and `secrets` are the
/// request's.
[[nodiscard]] std::shared_ptr<const Error> status_error(const Object& status, const std::string& request_line,
                                                        const Secrets& secrets);

/// The error's data, for creating a more specific one.
[[nodiscard]] ApiError::Info info_of(const ApiError& error);

/// The error for a create in a namespace that is being deleted, with advice.
[[nodiscard]] std::shared_ptr<const Error> terminating_error(ApiError::Info info);

/// Sends a request and blocks until it is answered.
[[nodiscard]] Result<ApiResponse> try_send(http::Transport& transport, http::Request request);
/// The same. @throws TransportError, ApiError
[[nodiscard]] ApiResponse send(http::Transport& transport, http::Request request);

/// Whether the error is a 404 because the server does not serve the path at all: not a Kubernetes `Status` (contract
/// §5), or the generic one for an unknown resource of a known group.
[[nodiscard]] bool is_unserved(const Error& error) noexcept;

/// Whether the error is a 404 for an object of a type that is served.
[[nodiscard]] bool is_absent(const Error& error) noexcept;

/// Whether a delete by uid failed because the object does not exist, or another one has its name.
[[nodiscard]] bool is_gone(const Error& error) noexcept;

/// Whether a resource version is newer than the server's, as after a restore from a backup. The server answers 504,
/// which a retry does not fix (contract §9).
[[nodiscard]] bool is_future_version(const Error& error) noexcept;

/// Whether an earlier attempt of the failed call may have been carried out although its answer was lost. A delete that
/// then finds nothing may have removed the object itself: `if (is_absent(error)) return after_lost_answer(error);`
[[nodiscard]] bool after_lost_answer(const Error& error) noexcept;

/// The same error, of a call whose earlier attempt may have been carried out: see ApiError::after_lost_answer().
[[nodiscard]] std::shared_ptr<const Error> marked_after_lost_answer(const std::shared_ptr<const Error>& error);

/// Whether a write with this error may have been carried out: no answer, an unreadable one, or a 5xx, including a 504
/// (contract §9).
[[nodiscard]] bool may_be_carried_out(const Error& error) noexcept;

/// The pause that the server requested before a retry; 0: none.
[[nodiscard]] Milliseconds asked_pause(const Error& error) noexcept;

/// Whether the server or the network may be only temporarily unavailable.
[[nodiscard]] bool may_pass(const Error& error) noexcept;

/// Whether waiting cannot fix the error.
[[nodiscard]] bool is_hopeless(const Error& error) noexcept;

}  // namespace kplane::detail
