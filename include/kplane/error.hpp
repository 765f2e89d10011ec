// The exceptions of the library. ManifestError, RoleError and NotPristine are defined in <kplane/manifest.hpp>,
// <kplane/agent.hpp> and <kplane/baseline.hpp>.
//
//   Error
//   ├── ConfigError        invalid input, found before anything is sent
//   │   └── ManifestError      a malformed manifest
//   ├── TransportError     no complete HTTP response arrived
//   │   ├── TimeoutError
//   │   │   └── NotSynced      the server did not finish listing all types in time
//   │   └── TlsError
//   │       └── CertificateExpired, HostnameMismatch, UnknownAuthority, ClientCertificateRefused
//   ├── CredentialError    no credential could be obtained
//   ├── StoppedError       the caller asked for a stop
//   ├── DecodeError        a response arrived, but is malformed
//   │   └── MisroutedError     it belongs to another plane or object
//   ├── ApiError           the server answered with a failure
//   │   └── BadRequest, Unauthorized, Forbidden (└── NamespaceTerminating), NotFound, AlreadyExists, Conflict,
//   │       Invalid, Expired, TooManyRequests, ServerError
//   ├── NotPristine        a plane differs from its Baseline
//   ├── RoleError          the role cannot be used for an agent
//   └── FleetError         the Fleet can never become ready
//       └── FleetReplaced  another Fleet now has its name
//
// No message contains a token or an object's body: credentials that a server or a plugin echoes are removed, in every
// encoding, and text is quoted only up to where an object may begin. Copying an error is cheap and does not throw.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <kplane/export.hpp>
#include <kplane/handle.hpp>

namespace kplane {

/// The root of all errors of this library.
///
/// Thread safety: immutable once built; may be copied to and read from any thread.
class KPLANE_API Error : public std::runtime_error {
 public:
  /// Control characters and bidirectional text controls in the message are escaped: `what()` is safe to print.
  explicit Error(const std::string& message, bool retryable = false);
  Error(const Error&) = default;
  Error& operator=(const Error&) = default;
  ~Error() override;

  /// Whether the same call may succeed if made again later. The library has already retried what it safely could.
  /// Repeating a create or a patch may carry it out twice: perhaps only the answer was lost.
  [[nodiscard]] bool retryable() const noexcept { return retryable_; }

  /// Throws a copy of this error as its dynamic type, such as an error taken from the results of a batch.
  [[noreturn]] virtual void raise() const;

  /// A copy of this error that keeps its dynamic type.
  [[nodiscard]] virtual std::shared_ptr<const Error> share() const;

 private:
  bool retryable_;
};

namespace detail {

/// Gives an error class its `raise` and `share`. They are instantiated in the library: a program that includes this
/// does not compile them again.
template <class Self, class Base>
class KPLANE_API ErrorMixin : public Base {
 public:
  using Base::Base;
  [[noreturn]] void raise() const override;
  [[nodiscard]] std::shared_ptr<const Error> share() const override;
};

}  // namespace detail

/// The caller's input is invalid. Thrown before anything is sent; never retryable.
class KPLANE_API ConfigError : public detail::ErrorMixin<ConfigError, Error> {
 public:
  /// @param message what what() returns
  explicit ConfigError(const std::string& message) : ErrorMixin(message, false) {}
};

/// No complete HTTP response arrived: refused, reset, cut off, too large, or not HTTP at all.
class KPLANE_API TransportError : public detail::ErrorMixin<TransportError, Error> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// A deadline passed. The message says what was waited for, and the progress so far.
class KPLANE_API TimeoutError : public detail::ErrorMixin<TimeoutError, TransportError> {
 public:
  /// @param message what what() returns
  explicit TimeoutError(const std::string& message) : ErrorMixin(message, true) {}
};

/// The server had not finished listing some types when the timeout expired, so their objects are unknown: see
/// StateOptions::require_synced.
class KPLANE_API NotSynced : public detail::ErrorMixin<NotSynced, TimeoutError> {
 public:
  /// @param message what what() returns
  /// @param types what types() returns
  NotSynced(const std::string& message, std::vector<std::string> types);

  /// Those types, by plural and group as kubectl names them: `pods`, `deployments.apps`.
  [[nodiscard]] const std::vector<std::string>& types() const& noexcept { return *types_; }
  [[nodiscard]] std::vector<std::string> types() &&;

 private:
  detail::Handle<const std::vector<std::string>> types_;
};

/// The TLS handshake failed, or the server's certificate could not be verified.
class KPLANE_API TlsError : public detail::ErrorMixin<TlsError, TransportError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// The server's certificate is outside its validity period, or this machine's clock is wrong.
class KPLANE_API CertificateExpired : public detail::ErrorMixin<CertificateExpired, TlsError> {
 public:
  /// @param message what what() returns
  explicit CertificateExpired(const std::string& message) : ErrorMixin(message, false) {}
};

/// The server's certificate is for another host. See ClientOptions::tls_server_name.
class KPLANE_API HostnameMismatch : public detail::ErrorMixin<HostnameMismatch, TlsError> {
 public:
  /// @param message what what() returns
  explicit HostnameMismatch(const std::string& message) : ErrorMixin(message, false) {}
};

/// The server's certificate was not issued by a trusted CA. See ClientOptions::ca_file.
class KPLANE_API UnknownAuthority : public detail::ErrorMixin<UnknownAuthority, TlsError> {
 public:
  /// @param message what what() returns
  explicit UnknownAuthority(const std::string& message) : ErrorMixin(message, false) {}
};

/// The server requires a client certificate and got none, or rejected the one it got: expired, revoked, or from an
/// unknown CA. Servers that check certificates only after the handshake, as Kubernetes does, answer with Unauthorized
/// instead.
class KPLANE_API ClientCertificateRefused : public detail::ErrorMixin<ClientCertificateRefused, TlsError> {
 public:
  /// @param message what what() returns
  explicit ClientCertificateRefused(const std::string& message) : ErrorMixin(message, false) {}
};

/// No credential could be obtained for a request: an exec plugin failed, or its output is not a credential. The message
/// contains what the plugin wrote to its standard error, shortened.
class KPLANE_API CredentialError : public detail::ErrorMixin<CredentialError, Error> {
 public:
  /// @param message what what() returns
  explicit CredentialError(const std::string& message) : ErrorMixin(message, false) {}
};

/// A stop was requested through a StopToken before the call was done. Whether the server carried the request out is not
/// known.
class KPLANE_API StoppedError : public detail::ErrorMixin<StoppedError, Error> {
 public:
  /// @param message what what() returns
  explicit StoppedError(const std::string& message) : ErrorMixin(message, false) {}
};

/// A complete response arrived, but it does not have the form that the contract requires. None of it was used.
class KPLANE_API DecodeError : public detail::ErrorMixin<DecodeError, Error> {
 public:
  /// @param message what what() returns
  /// @param byte_offset what byte_offset() returns
  DecodeError(const std::string& message, std::size_t byte_offset);

  /// Where in the response body the decoder stopped, in bytes from its start.
  [[nodiscard]] std::size_t byte_offset() const noexcept { return byte_offset_; }

 protected:
  /// For an error in the response as a whole, at no particular byte.
  explicit DecodeError(const std::string& message) : ErrorMixin(message, false) {}

 private:
  std::size_t byte_offset_ = 0;
};

/// The response is well-formed but is not the one that was requested: another plane's state, or an object of another
/// name or namespace. The server or a proxy is mixing up responses. The message names what was requested and what
/// arrived. A write may have been carried out, possibly elsewhere.
class KPLANE_API MisroutedError : public detail::ErrorMixin<MisroutedError, DecodeError> {
 public:
  /// @param message what what() returns
  explicit MisroutedError(const std::string& message) : ErrorMixin(message) {}
};

/// One entry of a Kubernetes `Status`' `details.causes`.
struct StatusCause {
  std::string reason;   ///< such as `FieldValueInvalid`
  std::string message;  ///< for people
  std::string field;    ///< such as `spec.replicas`
};

/// A Kubernetes `Status`' `details`; empty where the server gave none.
struct StatusDetails {
  std::string name;                 ///< of the object
  std::string group;                ///< API group of the object; empty for core
  std::string kind;                 ///< of the object; most failures give the plural here
  std::string uid;                  ///< of the object
  std::vector<StatusCause> causes;  ///< one for each field or condition that is wrong
};

/// The server answered with a failure: an HTTP status of 300 or above.
class KPLANE_API ApiError : public detail::ErrorMixin<ApiError, Error> {
 public:
  /// What the server said, and to which request.
  struct Info {
    int status = 0;         ///< HTTP status code
    std::string reason;     ///< `Status.reason`, such as `NotFound`; empty when the answer was no `Status`
    std::string message;    ///< `Status.message`, or the text of the answer, shortened
    StatusDetails details;  ///< `Status.details`
    std::string audit_id;   ///< the `Audit-Id` header, for the server's operator
    std::optional<std::chrono::milliseconds> retry_after;  ///< `Retry-After`, or `details.retryAfterSeconds`
    std::string method;                                    ///< of the request
    std::string url;                                       ///< of the request, without secrets
    bool after_lost_answer = false;                        ///< see ApiError::after_lost_answer()
  };

  /// what() is composed of `info`: method, URL, status, reason, message, audit ID.
  explicit ApiError(Info info);

  /// The HTTP status code.
  [[nodiscard]] int status() const noexcept { return info_->status; }
  /// `Status.reason`, such as `NotFound`; empty when the answer was not a `Status`.
  [[nodiscard]] const std::string& reason() const& noexcept { return info_->reason; }
  [[nodiscard]] std::string reason() && { return info_->reason; }
  /// `Status.message`, or the text of the answer, shortened.
  [[nodiscard]] const std::string& message() const& noexcept { return info_->message; }
  [[nodiscard]] std::string message() && { return info_->message; }
  /// `Status.details`; `causes` names the fields of an Invalid object.
  [[nodiscard]] const StatusDetails& details() const& noexcept { return info_->details; }
  [[nodiscard]] StatusDetails details() &&;
  /// The `Audit-Id` header, by which the server's operator finds the request.
  [[nodiscard]] const std::string& audit_id() const& noexcept { return info_->audit_id; }
  [[nodiscard]] std::string audit_id() && { return info_->audit_id; }
  /// How long the server asks to wait: `Retry-After`, or `details.retryAfterSeconds`.
  [[nodiscard]] std::optional<std::chrono::milliseconds> retry_after() const noexcept { return info_->retry_after; }
  /// The request's HTTP method.
  [[nodiscard]] const std::string& method() const& noexcept { return info_->method; }
  [[nodiscard]] std::string method() && { return info_->method; }
  /// The request's URL, without secrets.
  [[nodiscard]] const std::string& url() const& noexcept { return info_->url; }
  [[nodiscard]] std::string url() && { return info_->url; }
  /// Whether an earlier attempt of the same call may have been carried out: it was sent, but got no answer or a 5xx. A
  /// NotFound for a delete, or a Conflict for a replace, may then be caused by the call itself: read the object to find
  /// out.
  [[nodiscard]] bool after_lost_answer() const noexcept { return info_->after_lost_answer; }

 private:
  detail::Handle<const Info> info_;
};

/// 400: the server did not understand the request.
class KPLANE_API BadRequest : public detail::ErrorMixin<BadRequest, ApiError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// 401: the credentials are missing or not valid in this plane. Authentication is per plane (contract §2).
class KPLANE_API Unauthorized : public detail::ErrorMixin<Unauthorized, ApiError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// 403: the credentials are valid, but do not allow this.
class KPLANE_API Forbidden : public detail::ErrorMixin<Forbidden, ApiError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// 403 for a create in a namespace that is being deleted. Retrying helps only once the namespace is gone and has been
/// created again; on a plane without controllers, Plane::remove_namespace() removes it (contract §9).
class KPLANE_API NamespaceTerminating : public detail::ErrorMixin<NamespaceTerminating, Forbidden> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// 404: no such object, or the server does not serve this path (yet).
class KPLANE_API NotFound : public detail::ErrorMixin<NotFound, ApiError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// 409 with reason `AlreadyExists`: an object of that name exists.
class KPLANE_API AlreadyExists : public detail::ErrorMixin<AlreadyExists, ApiError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// Any other 409: the object has changed meanwhile, or a precondition failed.
class KPLANE_API Conflict : public detail::ErrorMixin<Conflict, ApiError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// 422: the object is invalid; `details().causes` names the fields.
class KPLANE_API Invalid : public detail::ErrorMixin<Invalid, ApiError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// 410: a resource version or `continue` token is too old; or newer than any that the server has, because it was
/// restored. List again.
class KPLANE_API Expired : public detail::ErrorMixin<Expired, ApiError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// 429: the server asks to slow down; see `retry_after()`.
class KPLANE_API TooManyRequests : public detail::ErrorMixin<TooManyRequests, ApiError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// 500 and above. A write that got this answer, a 504 above all, may still have been carried out.
class KPLANE_API ServerError : public detail::ErrorMixin<ServerError, ApiError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// A member of a Fleet that failed.
struct MemberFailure {
  std::string cluster;  ///< the plane's ID; empty when the Fleet's spec itself was refused (contract §5)
  std::string phase;    ///< as the controller reported it
  std::string message;  ///< the controller's reason
};

/// A Fleet that can never become ready, such as one whose spec the controller rejected, or one with a member whose ID
/// is not a valid plane ID.
class KPLANE_API FleetError : public detail::ErrorMixin<FleetError, Error> {
 public:
  /// @param message what what() returns
  /// @param members what members() returns
  FleetError(const std::string& message, std::vector<MemberFailure> members);

  /// The members that failed, and why.
  [[nodiscard]] const std::vector<MemberFailure>& members() const& noexcept { return *members_; }
  [[nodiscard]] std::vector<MemberFailure> members() &&;

 private:
  detail::Handle<const std::vector<MemberFailure>> members_;
};

/// The Fleet that a handle refers to is gone, and another one was created under its name. Neither the handle nor the
/// other Fleet was changed; Client::get_fleet() returns a handle on it.
class KPLANE_API FleetReplaced : public detail::ErrorMixin<FleetReplaced, FleetError> {
 public:
  /// @param message what what() returns
  explicit FleetReplaced(const std::string& message);
};

}  // namespace kplane
