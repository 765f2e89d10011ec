// Every exception that the library throws, and what each of them carries.
//
//   Error
//   ├── ConfigError        bad input, found before anything is sent
//   ├── TransportError     no complete HTTP response arrived
//   │   ├── TimeoutError
//   │   │   └── NotSynced      the server had not listed all types in time
//   │   └── TlsError
//   │       └── CertificateExpired, HostnameMismatch, UnknownAuthority, ClientCertificateRefused
//   ├── CredentialError    no credential could be had to send
//   ├── StoppedError       the caller asked for a stop
//   ├── DecodeError        a response arrived, but is not what the contract says
//   │   └── MisroutedError     it is of something else than was asked for
//   ├── ApiError           the server answered with a failure
//   │   └── BadRequest, Unauthorized, Forbidden (└── NamespaceTerminating), NotFound, AlreadyExists, Conflict,
//   │       Invalid, Expired, TooManyRequests, ServerError
//   ├── NotPristine        a plane is not as its Baseline
//   └── FleetError         a Fleet that can never become ready
//       └── FleetReplaced  another one has its name
//
// No message ever holds a token or an object's body: credentials that a server or a plugin echoes are
// removed, in every encoding, and a text is quoted only up to where an object may begin.
// Copying an error is cheap and does not throw.
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
  /// Control characters in the message, and those that change the direction of text, are escaped: `what()` is safe to
  /// print.
  explicit Error(const std::string& message, bool retryable = false);
  Error(const Error&) = default;
  Error& operator=(const Error&) = default;
  ~Error() override;

  /// Whether the same call may succeed if it is simply made again later. The library has already retried what it safely
  /// could. A create or a patch may then be carried out twice: perhaps only its answer was lost.
  [[nodiscard]] bool retryable() const noexcept { return retryable_; }

  /// Throws a copy of this error as its own dynamic type, so that an error found in a batch can be thrown from there.
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

/// The caller's input is wrong. Thrown before anything is sent; never retryable.
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

/// The server had not finished listing some types when the time was up, so that what it showed of them is unknown: see
/// StateOptions::require_synced.
class KPLANE_API NotSynced : public detail::ErrorMixin<NotSynced, TimeoutError> {
 public:
  /// @param message what what() returns
  /// @param types what types() returns
  NotSynced(const std::string& message, std::vector<std::string> types);

  /// Those types, by plural and group as kubectl names them: `pods`, `deployments.apps`.
  [[nodiscard]] const std::vector<std::string>& types() const& noexcept { return *types_; }
  [[nodiscard]] std::vector<std::string> types() && { return *types_; }

 private:
  detail::Handle<const std::vector<std::string>> types_;
};

/// The TLS handshake failed, or the server's certificate could not be verified.
class KPLANE_API TlsError : public detail::ErrorMixin<TlsError, TransportError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// The server's certificate is outside of its validity; or this machine's clock is wrong.
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

/// The server's certificate was not issued by a CA that is trusted here. See ClientOptions::ca_file.
class KPLANE_API UnknownAuthority : public detail::ErrorMixin<UnknownAuthority, TlsError> {
 public:
  /// @param message what what() returns
  explicit UnknownAuthority(const std::string& message) : ErrorMixin(message, false) {}
};

/// The server wants a client certificate and got none, or refused the one it got: expired, revoked, of an unknown CA.
/// Servers that look at certificates only after the handshake, as Kubernetes does, answer with Unauthorized instead.
class KPLANE_API ClientCertificateRefused : public detail::ErrorMixin<ClientCertificateRefused, TlsError> {
 public:
  /// @param message what what() returns
  explicit ClientCertificateRefused(const std::string& message) : ErrorMixin(message, false) {}
};

/// No credential could be obtained for a request: an exec plugin failed, or its output is not a credential. The
/// message holds what the plugin wrote to its standard error, shortened.
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

/// A complete response arrived, but it does not have the form that the contract demands. Nothing of it was used.
class KPLANE_API DecodeError : public detail::ErrorMixin<DecodeError, Error> {
 public:
  /// @param message what what() returns
  /// @param byte_offset what byte_offset() returns
  DecodeError(const std::string& message, std::size_t byte_offset);

  /// Where in the response body the decoder stopped, in bytes from its start.
  [[nodiscard]] std::size_t byte_offset() const noexcept { return byte_offset_; }

 protected:
  /// The response as a whole.
  explicit DecodeError(const std::string& message) : ErrorMixin(message, false) {}

 private:
  std::size_t byte_offset_ = 0;
};

/// The response is well-formed, but belongs to something else than was asked for: another plane's state, an object of
/// another name or namespace. The server, or something between here and the server, mixes responses up. The message
/// names both. A write may have been carried out nevertheless, and elsewhere.
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

  /// what() is made of `info`: method, URL, status, reason, message, audit ID
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
  [[nodiscard]] StatusDetails details() && { return info_->details; }
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
  /// Whether an earlier attempt of the same call may have been carried out: it was sent, but no answer came, or a 5xx.
  /// A NotFound for a deletion, or a Conflict for a replacement, may then be the call's own doing: read the object to
  /// know.
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

/// 403 of a creation in a namespace that is being deleted. Repeating it helps only after something has removed the
/// namespace and created it again; on a plane without controllers that is Plane::remove_namespace() (contract §9).
class KPLANE_API NamespaceTerminating : public detail::ErrorMixin<NamespaceTerminating, Forbidden> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// 404: no such object, or the server does not serve this path (yet).
class KPLANE_API NotFound : public detail::ErrorMixin<NotFound, ApiError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// 409 with reason `AlreadyExists`: an object of that name is there.
class KPLANE_API AlreadyExists : public detail::ErrorMixin<AlreadyExists, ApiError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// Any other 409: the object changed meanwhile, or a precondition does not hold.
class KPLANE_API Conflict : public detail::ErrorMixin<Conflict, ApiError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// 422: the object breaks its schema; `details().causes` names the fields.
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

/// 500 and above. A write that got this answer, above all a 504, may have been carried out nevertheless.
class KPLANE_API ServerError : public detail::ErrorMixin<ServerError, ApiError> {
 public:
  using ErrorMixin::ErrorMixin;
};

/// A member of a Fleet that is not as it should be.
struct MemberFailure {
  std::string cluster;  ///< the plane's ID; empty when the Fleet's spec itself was refused (contract §5)
  std::string phase;    ///< as the controller reported it
  std::string message;  ///< the controller's reason
};

/// A Fleet that can never become ready, such as one whose spec the controller refused, or one with a member whose ID is
/// not a plane's.
class KPLANE_API FleetError : public detail::ErrorMixin<FleetError, Error> {
 public:
  /// @param message what what() returns
  /// @param members what members() returns
  FleetError(const std::string& message, std::vector<MemberFailure> members);

  /// The members that failed, and why.
  [[nodiscard]] const std::vector<MemberFailure>& members() const& noexcept { return *members_; }
  [[nodiscard]] std::vector<MemberFailure> members() && { return *members_; }

 private:
  detail::Handle<const std::vector<MemberFailure>> members_;
};

/// The Fleet that a handle refers to is gone, and another one was created under its name. The handle is unchanged, and
/// the other Fleet was neither changed nor deleted; Client::get_fleet() returns a handle on it.
class KPLANE_API FleetReplaced : public detail::ErrorMixin<FleetReplaced, FleetError> {
 public:
  /// @param message what what() returns
  explicit FleetReplaced(const std::string& message) : ErrorMixin(message, {}) {}
};

}  // namespace kplane
