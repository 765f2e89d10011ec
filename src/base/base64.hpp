// Base64 (RFC 4648 §4), as kubeconfigs hold certificates and keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kplane::detail {

/// Without line breaks.
[[nodiscard]] std::string encode_base64(std::string_view bytes);

/// Blanks and line breaks are skipped. @return nullopt when the text is not Base64, or is cut off
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace kplane::detail
