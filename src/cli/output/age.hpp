#pragma once

#include <chrono>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace kplane::cli {

using WallTime = std::chrono::system_clock::time_point;

/// The time, or the next one that the clock can represent: it counts nanoseconds, and certificates may end in 9999.
[[nodiscard]] WallTime wall_time(std::time_t seconds);
/// A Kubernetes time, `2026-05-21T18:05:12Z`, with or without a fraction, which is dropped; nullopt for any other text.
[[nodiscard]] std::optional<WallTime> parse_time(std::string_view text);
/// `2026-05-21 18:05:12 UTC`.
[[nodiscard]] std::string time_text(WallTime time);
/// As kubectl shows ages: `45s`, `12m`, `3h`, `9d`. What is negative is `0s`.
[[nodiscard]] std::string age_text(std::chrono::seconds age);

}  // namespace kplane::cli
