// The messages of errors, and what makes copies of them; see <kplane/error.hpp>.
#include <kplane/error.hpp>

#include <utility>

#include "error_kind.hpp"

namespace kplane {

namespace {

bool is_worth_repeating(const ApiError::Info& info) noexcept {
  const bool busy = info.status == 429 || info.status == 502 || info.status == 503 || info.status == 504;
  return busy || (info.status >= 500 && info.retry_after.has_value());
}

std::string describe(const ApiError::Info& info) {
  std::string text = info.method + ' ' + info.url + ": " + std::to_string(info.status);
  if (!info.reason.empty()) text += ' ' + info.reason;
  if (!info.message.empty() && info.message != info.reason) text += ": " + info.message;
  if (!info.audit_id.empty()) text += " (audit ID " + info.audit_id + ')';
  return text;
}

}  // namespace

Error::~Error() = default;

void Error::raise() const { throw Error(*this); }

std::shared_ptr<const Error> Error::share() const { return std::make_shared<Error>(*this); }

DecodeError::DecodeError(const std::string& message, std::size_t byte_offset)
    : ErrorKind(message + " (at byte " + std::to_string(byte_offset) + ")", false), byte_offset_(byte_offset) {}

ApiError::ApiError(Info info)
    : ErrorKind(describe(info), is_worth_repeating(info)), info_(std::make_shared<const Info>(std::move(info))) {}

FleetError::FleetError(const std::string& message, std::vector<MemberFailure> members)
    : ErrorKind(message, false), members_(std::make_shared<const std::vector<MemberFailure>>(std::move(members))) {}

namespace detail {

template class ErrorKind<ConfigError, Error>;
template class ErrorKind<TransportError, Error>;
template class ErrorKind<TimeoutError, TransportError>;
template class ErrorKind<TlsError, TransportError>;
template class ErrorKind<CertificateExpired, TlsError>;
template class ErrorKind<HostnameMismatch, TlsError>;
template class ErrorKind<UnknownAuthority, TlsError>;
template class ErrorKind<ClientCertificateRefused, TlsError>;
template class ErrorKind<CredentialError, Error>;
template class ErrorKind<StoppedError, Error>;
template class ErrorKind<DecodeError, Error>;
template class ErrorKind<MisroutedError, DecodeError>;
template class ErrorKind<ApiError, Error>;
template class ErrorKind<BadRequest, ApiError>;
template class ErrorKind<Unauthorized, ApiError>;
template class ErrorKind<Forbidden, ApiError>;
template class ErrorKind<NotFound, ApiError>;
template class ErrorKind<AlreadyExists, ApiError>;
template class ErrorKind<Conflict, ApiError>;
template class ErrorKind<Invalid, ApiError>;
template class ErrorKind<Expired, ApiError>;
template class ErrorKind<TooManyRequests, ApiError>;
template class ErrorKind<ServerError, ApiError>;
template class ErrorKind<FleetError, Error>;

}  // namespace detail

}  // namespace kplane
