// Checks certificates and keys in PEM.
#pragma once

#include <string>

namespace kplane::auth {

/// Where a text came from, for errors: an option, a file, a field. Never the text itself.
using Origin = std::string;

/// @throws ConfigError that names `origin` unless `pem` holds certificates, none of them malformed
void check_certificates(const std::string& pem, const Origin& origin);

/// Only the certificates of `pem`, without anything else such as a private key: safe to pass on.
/// @throws ConfigError as check_certificates()
[[nodiscard]] std::string certificates_of(const std::string& pem, const Origin& origin);

/// The text of a certificate file of at most 16 MiB. @throws ConfigError that names `origin`
[[nodiscard]] std::string read_certificate_file(const std::string& path, const Origin& origin);

/// @throws ConfigError that names the origin at fault: no certificate, no private key, one with a passphrase, or one
/// that does not belong to the first certificate
void check_key_pair(const std::string& certificate_pem, const Origin& certificate_origin, const std::string& key_pem,
                    const Origin& key_origin);

}  // namespace kplane::auth
