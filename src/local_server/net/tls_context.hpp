// How the server speaks TLS: the certificate it presents, and what it makes of its clients' certificates.
#pragma once

#include "local_server/net/certificate.hpp"
#include "local_server/net/credential.hpp"
#include "local_server/net/openssl_handles.hpp"

namespace kplane::testing::server {

enum class ClientCertificates {
  optional,  ///< any certificate, or none, passes the handshake; what it is worth is for requests to find out
  required,  ///< the handshake fails without one of the CA that is in its validity
};

/// A server context that presents a certificate, and asks for one of `authority`. @throws std::runtime_error
[[nodiscard]] TlsContextPtr make_tls_context(const KeyPair& presented, const CertificateAuthority& authority,
                                             ClientCertificates clients);

/// What the certificate is worth that the client of an established session showed: known when the CA issued it to a
/// client, and it is in its validity now.
[[nodiscard]] CredentialStatus identify_client(const SSL* session);

}  // namespace kplane::testing::server
