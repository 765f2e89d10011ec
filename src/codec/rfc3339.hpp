// RFC 3339 timestamps, as Kubernetes writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace kplane::codec {

/// `2026-05-21T18:05:00Z`, also with a fraction of any length and an offset (RFC 3339 §5.6); digits beyond the clock's
/// resolution are truncated. A leap second counts as the following second. A time that the clock cannot represent, such
/// as Go's year 1 (unset) or 9999 (never), becomes the clock's minimum or maximum.
/// @return nullopt when `text` is not such a timestamp
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_rfc3339(std::string_view text) noexcept;

/// Whether parse_rfc3339() returned this for a time that the clock cannot represent.
[[nodiscard]] bool is_beyond_clock(std::chrono::system_clock::time_point time) noexcept;

}  // namespace kplane::codec
