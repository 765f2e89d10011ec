// What is told of certificates and tokens: whose they are, and how long they are valid.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output/age.hpp"

namespace kplane::cli {

struct Certificate {
  std::string subject{};  ///< as RFC 2253 writes names; from the network: to be escaped
  std::string issuer{};
  WallTime not_after{};
};

/// The certificates of a PEM text, which may hold anything else too; those that cannot be read are left out.
[[nodiscard]] std::vector<Certificate> read_certificates(std::string_view pem);

/// The certificate that expires first; nullptr when there are none.
[[nodiscard]] const Certificate* first_to_expire(const std::vector<Certificate>& certificates);

/// When a token ends, where it is a JSON Web Token with `exp`; nullopt: it does not say. Its signature is not looked
/// at.
[[nodiscard]] std::optional<WallTime> token_expiry(std::string_view token);

/// The text of Base64, or of its form for URLs, with or without padding; nullopt when it is neither.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace kplane::cli
