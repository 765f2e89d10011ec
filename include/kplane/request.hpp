// Arbitrary HTTP requests below a plane, with the client's credentials, connection pool and retries.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kplane/export.hpp>
#include <kplane/handle.hpp>
#include <kplane/object.hpp>
#include <kplane/stop.hpp>

namespace kplane {

namespace detail {
struct ResponseParts;
}  // namespace detail

/// A request for Plane::request().
struct Request {
  std::string method = "GET";  ///< HTTP method, upper case
  std::string
      path{};  ///< below the plane, such as `/api/v1/namespaces/default/pods`; already escaped; no query, no `..`
  std::vector<std::pair<std::string, std::string>> query{};  ///< unescaped; the library escapes
  std::vector<std::pair<std::string, std::string>>
      headers{};       ///< additional headers. Not Authorization: see PlaneOptions
  std::string body{};  ///< sent verbatim
  /// The body's; not sent without a body. Empty: `application/merge-patch+json` for PATCH, `application/json`
  /// otherwise.
  std::string content_type{};
  std::optional<std::chrono::milliseconds> timeout{};  ///< for the whole call; none: ClientOptions::request_timeout
  std::optional<bool>
      idempotent{};  ///< whether it may be carried out twice, and so be retried after a lost answer; none: by method
                     ///< (GET, HEAD, OPTIONS, PUT, DELETE). After a 429 it is always retried: see RetryOptions
  StopToken stop{};  ///< ends the call early, with StoppedError
};

/// A plane's response: a status below 300 (others are thrown as ApiError), headers and body.
///
/// A value, cheap to copy: copies share headers and body.
///
/// Thread safety: immutable.
class KPLANE_API Response {
 public:
  /// The HTTP status code.
  [[nodiscard]] int status() const noexcept;
  /// All headers, in the order they came.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& headers() const& noexcept;
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> headers() &&;
  /// The first header of that name, case-insensitively; nullopt when absent.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
  /// The body. Valid as long as any copy of this Response, or an Object of it, lives.
  [[nodiscard]] std::string_view body() const& noexcept;
  [[nodiscard]] std::string body() &&;
  /// The body as one JSON value that shares the body's memory.
  /// @throws DecodeError when the body is not JSON.
  [[nodiscard]] Object object() const;

 private:
  friend struct detail::ObjectAccess;
  explicit Response(std::shared_ptr<const detail::ResponseParts> parts) noexcept : parts_(std::move(parts)) {}

  detail::Handle<const detail::ResponseParts> parts_;
};

}  // namespace kplane
