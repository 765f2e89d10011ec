// RFC 4648 §4, as kubeconfigs store certificates and keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kplane::detail {

/// Without line breaks.
[[nodiscard]] std::string encode_base64(std::string_view bytes);

/// Skips spaces and line breaks. @return nullopt when the text is not Base64 or is truncated
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace kplane::detail
