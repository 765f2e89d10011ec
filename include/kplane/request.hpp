// Request and Response: any HTTP call below a plane, with the client's credentials, pool and retries.
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

/// What to send to a plane with Plane::request().
struct Request {
  std::string method = "GET";  ///< HTTP method, upper case
  std::string
      path{};  ///< below the plane, such as `/api/v1/namespaces/default/pods`; already escaped; no query, no `..`
  std::vector<std::pair<std::string, std::string>> query{};    ///< unescaped; the library escapes
  std::vector<std::pair<std::string, std::string>> headers{};  ///< further ones. Not Authorization: see PlaneOptions
  std::string body{};                                          ///< sent as it is
  /// Of the body; not sent without one. Empty: `application/merge-patch+json` for PATCH, `application/json` otherwise.
  std::string content_type{};
  std::optional<std::chrono::milliseconds> timeout{};  ///< for the whole call; none: ClientOptions::request_timeout
  std::optional<bool>
      idempotent{};  ///< may be carried out twice, and so repeated after a lost answer; none: by method (GET, HEAD,
                     ///< OPTIONS, PUT, DELETE). A 429 is repeated whatever this says: see RetryOptions
  StopToken stop{};  ///< ends the call early, with StoppedError
};

/// What a plane answered: a status below 300 (others are thrown as ApiError), headers and the body.
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
  /// The first header of that name, in any case; nullopt when absent.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
  /// The body. Valid as long as a copy of this Response, or an Object of it, lives.
  [[nodiscard]] std::string_view body() const& noexcept;
  [[nodiscard]] std::string body() &&;
  /// The body as one JSON value; it shares the body's memory.
  /// @throws DecodeError when the body is not JSON.
  [[nodiscard]] Object object() const;

 private:
  friend struct detail::ObjectAccess;
  explicit Response(std::shared_ptr<const detail::ResponseParts> parts) noexcept : parts_(std::move(parts)) {}

  detail::Handle<const detail::ResponseParts> parts_;
};

}  // namespace kplane
