// Random identifiers and timestamps as Kubernetes writes them.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace kplane::testing::server {

/// A random (version 4) UUID.
[[nodiscard]] std::string random_uuid();
/// Lower-case letters and digits, as `generateName` appends them.
[[nodiscard]] std::string random_suffix(std::size_t length);
/// RFC 3339, UTC, whole seconds.
[[nodiscard]] std::string rfc3339(std::chrono::system_clock::time_point time);
/// RFC 3339, UTC, nanoseconds.
[[nodiscard]] std::string rfc3339_nano(std::chrono::system_clock::time_point time);
[[nodiscard]] std::string rfc3339_now();

}  // namespace kplane::testing::server
