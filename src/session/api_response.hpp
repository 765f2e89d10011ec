// ApiResponse: a response that was received, and the error that a failed one means.
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

/// The error that a `Status` stands for which came inside a successful response, as in a watch. `request_line` and
/// `secrets` are the request's.
[[nodiscard]] std::shared_ptr<const Error> status_error(const Object& status, const std::string& request_line,
                                                        const Secrets& secrets);

/// What the error was made of, to make one that says more.
[[nodiscard]] ApiError::Info info_of(const ApiError& error);

/// The error of what cannot be made because its namespace is being deleted; says what to do about that.
[[nodiscard]] std::shared_ptr<const Error> terminating_error(ApiError::Info info);

/// Sends a request and waits for its answer.
[[nodiscard]] Result<ApiResponse> try_send(http::Transport& transport, http::Request request);
/// The same. @throws TransportError, ApiError
[[nodiscard]] ApiResponse send(http::Transport& transport, http::Request request);

/// Whether the error is a 404 that names no object: the server does not serve the path at all. It is no Kubernetes
/// `Status` (contract §5), or the one that says nothing but that, for an unknown resource of a known group.
[[nodiscard]] bool is_unserved(const Error& error) noexcept;

/// Whether the error is a 404 for an object of a type that is served.
[[nodiscard]] bool is_absent(const Error& error) noexcept;

/// Whether a deletion by uid failed because there is nothing to delete: no object, or another one of that name.
[[nodiscard]] bool is_gone(const Error& error) noexcept;

/// Whether a resource version is newer than all that the server has, as after it was restored from a backup. It answers
/// 504, which asking again does not mend (contract §9).
[[nodiscard]] bool is_future_version(const Error& error) noexcept;

/// Whether an earlier attempt of the call that ended so may have been carried out, its answer lost. A deletion that
/// then meets nothing to delete has removed it: `if (is_absent(error)) return after_lost_answer(error);`
[[nodiscard]] bool after_lost_answer(const Error& error) noexcept;

/// Whether a write that ended so may have been carried out: no answer came, none that could be read, or a 5xx. A 504
/// is one too (contract §9).
[[nodiscard]] bool may_be_carried_out(const Error& error) noexcept;

/// The pause that the server asked for before the same request; 0: none.
[[nodiscard]] Milliseconds asked_pause(const Error& error) noexcept;

/// Whether the server, or the way to it, may just be away for a moment.
[[nodiscard]] bool may_pass(const Error& error) noexcept;

/// Whether waiting cannot mend the error.
[[nodiscard]] bool is_hopeless(const Error& error) noexcept;

}  // namespace kplane::detail
