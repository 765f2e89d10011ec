// Base64 (RFC 4648), by OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace kplane::testing::server {

/// With the standard alphabet and padding.
[[nodiscard]] std::string base64(std::string_view bytes);
/// With the alphabet for URLs, and without padding (RFC 4648 §5).
[[nodiscard]] std::string base64_url(std::string_view bytes);
/// The opposite of base64(). `text` must be of the standard alphabet, and padded to a multiple of four.
[[nodiscard]] std::string from_base64(std::string_view text);

}  // namespace kplane::testing::server
