// A frame that its writer did not end because it was killed: how much of it is complete steps, and how to end it.
#pragma once

#include <cstdint>
#include <string>

#include "rl/frames/file.hpp"
#include "rl/frames/frame_scanner.hpp"

namespace kplane::rl::recording {

struct TornFrame {
  /// File offset after the last block that ends a line; without one, the beginning of the frame.
  std::uint64_t end = 0;
  bool has_lines = false;  ///< whether there is a complete line
  /// The bytes that complete the frame when written at `end`; empty when it has no lines, or has a zstd checksum, so no
  /// Recorder wrote it.
  std::string ending{};
};

/// Decompresses the frame. @throws RecordingError when the file cannot be read
[[nodiscard]] TornFrame measure_torn_frame(const File& file, const Frame& frame);

}  // namespace kplane::rl::recording
