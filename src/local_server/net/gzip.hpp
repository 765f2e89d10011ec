// Compression of large answers, with zlib.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kplane::testing::server {

/// The real server compresses ordinary answers above this size.
inline constexpr std::size_t kGzipThreshold = std::size_t{128} << 10U;

/// Whether an `Accept-Encoding` header offers gzip, by the real server's rule: the bare word, without a quality value.
[[nodiscard]] bool offers_gzip(std::string_view accept_encoding);

/// @throws std::runtime_error when there is no memory.
[[nodiscard]] std::string gzip(const std::string& text);

}  // namespace kplane::testing::server
