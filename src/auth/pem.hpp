// Certificates and keys as PEM text: whether they are what they are given for.
#pragma once

#include <string>

namespace kplane::auth {

/// Where a text came from, as an error names it: an option, a file, a field. Never the text itself.
using Origin = std::string;

/// @throws ConfigError that names `origin` unless `pem` holds certificates, and nothing of them is broken
void check_certificates(const std::string& pem, const Origin& origin);

/// The certificates of `pem` and nothing else that stands there, such as a private key: fit to be given to others.
/// @throws ConfigError as check_certificates()
[[nodiscard]] std::string certificates_of(const std::string& pem, const Origin& origin);

/// The text of a file of certificates, 16 MiB at most; read whole. @throws ConfigError that names `origin`
[[nodiscard]] std::string read_certificate_file(const std::string& path, const Origin& origin);

/// @throws ConfigError that names the origin at fault: no certificate, no private key, one with a passphrase, or one
/// that does not belong to the first certificate
void check_key_pair(const std::string& certificate_pem, const Origin& certificate_origin, const std::string& key_pem,
                    const Origin& key_origin);

}  // namespace kplane::auth
