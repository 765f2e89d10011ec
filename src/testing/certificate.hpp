// The server's own CA, and the certificate that it issues to the server for the loopback addresses. In memory only.
#pragma once

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace kplane::testing::server {

struct OpenSslDelete {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  void operator()(SSL* session) const noexcept { SSL_free(session); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, OpenSslDelete>;
using CertificatePtr = std::unique_ptr<X509, OpenSslDelete>;
using TlsContextPtr = std::unique_ptr<SSL_CTX, OpenSslDelete>;

struct ServerCertificate {
  KeyPtr key{};
  CertificatePtr certificate{};
  std::string ca_pem{};
};

/// A new CA and a certificate of it for 127.0.0.1, ::1 and localhost; EC P-256. @throws std::runtime_error
[[nodiscard]] ServerCertificate make_server_certificate();

/// A server context that presents the certificate. @throws std::runtime_error
[[nodiscard]] TlsContextPtr make_tls_context(const ServerCertificate& certificate);

}  // namespace kplane::testing::server
