// RAII for OpenSSL's objects, and exceptions for its failures.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/err.h>
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
using TlsSessionPtr = std::unique_ptr<SSL, OpenSslDelete>;

/// @throws std::runtime_error unless `success`; `what` says what OpenSSL could not do.
inline void require_openssl(bool success, const char* what) {
  if (success) return;
  ERR_clear_error();
  throw std::runtime_error(std::string("LocalServer: OpenSSL could not ") + what);
}

}  // namespace kplane::testing::server
