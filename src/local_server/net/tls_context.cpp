#include "local_server/net/tls_context.hpp"

#include <openssl/x509v3.h>

namespace kplane::testing::server {
namespace {

// The session stores the verification result for identify_client().
int pass_all(int /*verified*/, X509_STORE_CTX* /*chain*/) { return 1; }

/// OpenSSL parses a certificate's extensions lazily, which could happen in several handshakes at once. It guards that
/// with atomic flags, but the thread sanitizer does not see those in an uninstrumented library.
void read_extensions(X509* certificate) {
  constexpr int kNoPurpose = -1;
  require_openssl(X509_check_purpose(certificate, kNoPurpose, 0) == 1, "read a certificate's extensions");
}

void ask_for_certificates(SSL_CTX* context, const CertificateAuthority& authority, ClientCertificates clients) {
  require_openssl(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.certificate()) == 1, "trust the CA");
  require_openssl(SSL_CTX_add_client_CA(context, authority.certificate()) == 1, "name the CA to clients");
  if (clients == ClientCertificates::required) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  } else {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, pass_all);
  }
}

}  // namespace

TlsContextPtr make_tls_context(const KeyPair& presented, const CertificateAuthority& authority,
                               ClientCertificates clients) {
  TlsContextPtr context(SSL_CTX_new(TLS_server_method()));
  require_openssl(context != nullptr, "make a TLS context");
  require_openssl(SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1, "require TLS 1.2");
  require_openssl(SSL_CTX_use_certificate(context.get(), presented.certificate.get()) == 1, "use the certificate");
  require_openssl(SSL_CTX_use_PrivateKey(context.get(), presented.key.get()) == 1, "use the key");
  ask_for_certificates(context.get(), authority, clients);
  read_extensions(presented.certificate.get());
  read_extensions(authority.certificate());
  // A server that requests certificates must set a session ID context, or OpenSSL refuses to resume sessions.
  constexpr unsigned char kPurpose[] = "kplane";
  require_openssl(SSL_CTX_set_session_id_context(context.get(), kPurpose, sizeof kPurpose - 1) == 1,
                  "name its sessions");
  return context;
}

CredentialStatus identify_client(const SSL* session) {
  const CertificatePtr shown(SSL_get_peer_certificate(session));
  if (shown == nullptr) return CredentialStatus::anonymous;
  if (SSL_get_verify_result(session) != X509_V_OK) return CredentialStatus::refused;
  // It may have expired since the handshake.
  return X509_cmp_current_time(X509_get0_notAfter(shown.get())) > 0 ? CredentialStatus::known
                                                                    : CredentialStatus::refused;
}

}  // namespace kplane::testing::server
