// libcurl reports most failures with the same code; OpenSSL's verification result and the messages of both distinguish
// them.
#include "http/tls_error.hpp"

#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>

namespace kplane::http {

namespace {

bool is_tls(CURLcode code) noexcept {
  switch (code) {
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_USE_SSL_FAILED:
      return true;
    default:
      return false;
  }
}

bool contains(std::string_view text, std::string_view part) noexcept {
  return text.find(part) != std::string_view::npos;
}

/// The server rejects a certificate with an alert (RFC 8446 §6.2), which in TLS 1.3 arrives only after the handshake,
/// while waiting for the response.
bool is_refused_by_peer(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 7> alerts = {
      "alert bad certificate",     "alert certificate required",    "alert certificate expired",
      "alert certificate unknown", "alert unsupported certificate", "alert certificate revoked",
      "alert unknown ca"};
  return std::any_of(alerts.begin(), alerts.end(), [&](std::string_view alert) { return contains(text, alert); });
}

bool is_expired(long verification) noexcept {
  return verification == X509_V_ERR_CERT_HAS_EXPIRED || verification == X509_V_ERR_CERT_NOT_YET_VALID;
}

bool is_unknown_authority(long verification) noexcept {
  switch (verification) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_INVALID_CA:
      return true;
    default:
      return false;
  }
}

/// libcurl compares the names itself, so OpenSSL does not report a mismatch.
bool is_other_host(const TlsFailure& failure) noexcept {
  return failure.code == CURLE_PEER_FAILED_VERIFICATION &&
         (contains(failure.text, "subject name") || contains(failure.text, "common name"));
}

}  // namespace

std::shared_ptr<const Error> tls_error(const TlsFailure& failure, const std::string& message, bool retryable) {
  // libcurl's message about a mismatched name quotes the server's certificate, which may contain anything.
  const bool quotes_server = failure.code == CURLE_PEER_FAILED_VERIFICATION;
  if (!quotes_server && is_refused_by_peer(failure.text)) return std::make_shared<ClientCertificateRefused>(message);
  if (!is_tls(failure.code)) return nullptr;
  if (is_expired(failure.verification)) return std::make_shared<CertificateExpired>(message);
  if (is_unknown_authority(failure.verification)) return std::make_shared<UnknownAuthority>(message);
  if (is_other_host(failure)) return std::make_shared<HostnameMismatch>(message);
  return std::make_shared<TlsError>(message, retryable);
}

}  // namespace kplane::http
