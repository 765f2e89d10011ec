#include <kplane/error.hpp>

#include <utility>

#include "base/error_mixin.hpp"
#include "base/retryable_status.hpp"
#include "base/shown_text.hpp"

namespace kplane {

namespace {

std::string describe(const ApiError::Info& info) {
  std::string text = info.method + ' ' + info.url + ": " + std::to_string(info.status);
  if (!info.reason.empty()) text += ' ' + info.reason;
  if (!info.message.empty() && info.message != info.reason) text += ": " + info.message;
  const bool may_be_own = info.after_lost_answer && info.status >= 400 && info.status < 500;
  if (may_be_own) text += "; an earlier attempt of this call may have been carried out, its answer was lost";
  if (!info.audit_id.empty()) text += " (audit ID " + info.audit_id + ')';
  return text;
}

}  // namespace

Error::Error(const std::string& message, bool retryable)
    : std::runtime_error(detail::without_controls(message)), retryable_(retryable) {}

Error::~Error() = default;

void Error::raise() const { throw Error(*this); }

std::shared_ptr<const Error> Error::share() const { return std::make_shared<Error>(*this); }

NotSynced::NotSynced(const std::string& message, std::vector<std::string> types)
    : ErrorMixin(message), types_(std::make_shared<const std::vector<std::string>>(std::move(types))) {}

DecodeError::DecodeError(const std::string& message, std::size_t byte_offset)
    : ErrorMixin(message + " (at byte " + std::to_string(byte_offset) + ")", false), byte_offset_(byte_offset) {}

std::vector<std::string> NotSynced::types() && { return *types_; }

ApiError::ApiError(Info info)
    : ErrorMixin(describe(info), detail::is_retryable_status(info.status, info.retry_after.has_value())),
      info_(std::make_shared<const Info>(std::move(info))) {}

StatusDetails ApiError::details() && { return info_->details; }

FleetError::FleetError(const std::string& message, std::vector<MemberFailure> members)
    : ErrorMixin(message, false), members_(std::make_shared<const std::vector<MemberFailure>>(std::move(members))) {}

std::vector<MemberFailure> FleetError::members() && { return *members_; }

FleetReplaced::FleetReplaced(const std::string& message) : ErrorMixin(message, {}) {}

namespace detail {

template class ErrorMixin<ConfigError, Error>;
template class ErrorMixin<TransportError, Error>;
template class ErrorMixin<TimeoutError, TransportError>;
template class ErrorMixin<NotSynced, TimeoutError>;
template class ErrorMixin<TlsError, TransportError>;
template class ErrorMixin<CertificateExpired, TlsError>;
template class ErrorMixin<HostnameMismatch, TlsError>;
template class ErrorMixin<UnknownAuthority, TlsError>;
template class ErrorMixin<ClientCertificateRefused, TlsError>;
template class ErrorMixin<CredentialError, Error>;
template class ErrorMixin<StoppedError, Error>;
template class ErrorMixin<DecodeError, Error>;
template class ErrorMixin<MisroutedError, DecodeError>;
template class ErrorMixin<ApiError, Error>;
template class ErrorMixin<BadRequest, ApiError>;
template class ErrorMixin<Unauthorized, ApiError>;
template class ErrorMixin<Forbidden, ApiError>;
template class ErrorMixin<NamespaceTerminating, Forbidden>;
template class ErrorMixin<NotFound, ApiError>;
template class ErrorMixin<AlreadyExists, ApiError>;
template class ErrorMixin<Conflict, ApiError>;
template class ErrorMixin<Invalid, ApiError>;
template class ErrorMixin<Expired, ApiError>;
template class ErrorMixin<TooManyRequests, ApiError>;
template class ErrorMixin<ServerError, ApiError>;
template class ErrorMixin<FleetError, Error>;
template class ErrorMixin<FleetReplaced, FleetError>;

}  // namespace detail

}  // namespace kplane
