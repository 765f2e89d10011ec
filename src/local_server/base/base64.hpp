// RFC 4648, implemented with OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace kplane::testing::server {

/// With the standard alphabet and padding.
[[nodiscard]] std::string base64(std::string_view bytes);
/// With the alphabet for URLs, and without padding (RFC 4648 §5).
[[nodiscard]] std::string base64_url(std::string_view bytes);
/// The inverse of base64(). `text` must use the standard alphabet, and be padded to a multiple of four.
[[nodiscard]] std::string from_base64(std::string_view text);

}  // namespace kplane::testing::server
