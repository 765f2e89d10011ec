// The server's own CA, and the certificates that it issues to the server and to clients. In memory only.
#pragma once

#include <chrono>
#include <string>

#include "local_server/net/openssl_handles.hpp"

namespace kplane::testing::server {

/// A key, and the certificate that belongs to it.
struct KeyPair {
  KeyPtr key{};
  CertificatePtr certificate{};
};

/// The contents of a certificate to issue.
struct CertificateRequest {
  std::string common_name{};        ///< 1 to 64 characters
  std::string usage{};              ///< `serverAuth` or `clientAuth`
  std::string addresses{};          ///< as OpenSSL writes them, such as `IP:127.0.0.1,DNS:localhost`; empty: none
  std::chrono::seconds lifetime{};  ///< from now on; negative: it ended that long ago
};

/// A new CA; EC P-256. Thread safety: every member may be called from any thread.
class CertificateAuthority {
 public:
  /// @throws std::runtime_error
  CertificateAuthority();

  [[nodiscard]] const std::string& pem() const noexcept { return pem_; }
  [[nodiscard]] X509* certificate() const noexcept { return own_.certificate.get(); }

  /// A new key with a certificate of this CA; EC P-256. @throws std::runtime_error
  [[nodiscard]] KeyPair issue(const CertificateRequest& request) const;

 private:
  KeyPair own_;
  std::string pem_;
};

[[nodiscard]] std::string pem_of(X509* certificate);
/// PKCS#8, not encrypted.
[[nodiscard]] std::string pem_of(EVP_PKEY* key);

}  // namespace kplane::testing::server
