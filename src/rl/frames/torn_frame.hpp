// A frame that its writer did not end, because it was killed: how much of it is whole steps, and how to end it.
#pragma once

#include <cstdint>
#include <string>

#include "rl/frames/file.hpp"
#include "rl/frames/frame_scanner.hpp"

namespace kplane::rl::recording {

struct TornFrame {
  /// In the file, behind the last block that ends a line; where there is none, the beginning of the frame.
  std::uint64_t end = 0;
  bool has_lines = false;  ///< whether there is a line
  /// The bytes that make it a frame when they stand at `end`; empty when it has no lines, or is none of a Recorder's,
  /// which have no checksum of zstd's.
  std::string ending{};
};

/// Decompresses the frame. @throws RecordingError when the file cannot be read
[[nodiscard]] TornFrame measure_torn_frame(const File& file, const Frame& frame);

}  // namespace kplane::rl::recording
