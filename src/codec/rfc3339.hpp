// RFC 3339 timestamps, as Kubernetes writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace kplane::codec {

/// `2026-05-21T18:05:00Z`, also with a fraction of any length and with an offset (RFC 3339 §5.6); digits beyond the
/// clock's resolution are cut. A leap second counts as the second after. A time that the clock cannot hold, such as
/// Go's year 1 for none and 9999 for never, becomes the clock's first or last moment.
/// @return nullopt when `text` is no such timestamp
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_rfc3339(std::string_view text) noexcept;

/// Whether parse_rfc3339() says so of a time that the clock cannot hold.
[[nodiscard]] bool is_beyond_clock(std::chrono::system_clock::time_point time) noexcept;

}  // namespace kplane::codec
