// Detects lines corrupted on disk. zstd's own checksum covers whole frames, so it would be checked only after a frame's
// steps were used, and it is slower.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <string_view>

namespace kplane::rl::recording {

/// The lower half of the 64-bit XXH3 of all added text.
class LineChecksum {
 public:
  LineChecksum() noexcept { XXH3_64bits_reset(&state_); }

  void add(std::string_view text) noexcept { XXH3_64bits_update(&state_, text.data(), text.size()); }
  [[nodiscard]] std::uint32_t value() const noexcept { return static_cast<std::uint32_t>(XXH3_64bits_digest(&state_)); }

 private:
  XXH3_state_t state_;
};

}  // namespace kplane::rl::recording
