// RFC 3339 timestamps, as Kubernetes writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace kplane::codec {

/// `2026-05-21T18:05:00Z`, also with a fraction of any length and with an offset (RFC 3339 §5.6); digits beyond the
/// clock's resolution are cut. A leap second counts as the second after. @return nullopt when `text` is no such
/// timestamp
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_rfc3339(std::string_view text) noexcept;

}  // namespace kplane::codec
