// The server's TLS: the certificate it presents, and the verification of client certificates.
#pragma once

#include "local_server/net/certificate.hpp"
#include "local_server/net/credential.hpp"
#include "local_server/net/openssl_handles.hpp"

namespace kplane::testing::server {

enum class ClientCertificates {
  optional,  ///< any certificate, or none, passes the handshake; it is evaluated for each request
  required,  ///< the handshake fails without a currently valid certificate of the CA
};

/// A server context that presents a certificate and requests one of `authority`. @throws std::runtime_error
[[nodiscard]] TlsContextPtr make_tls_context(const KeyPair& presented, const CertificateAuthority& authority,
                                             ClientCertificates clients);

/// The status of the client certificate of an established session: known when the CA issued it for a client and it is
/// currently valid.
[[nodiscard]] CredentialStatus identify_client(const SSL* session);

}  // namespace kplane::testing::server
