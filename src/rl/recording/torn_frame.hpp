// A frame that its writer did not end, because it was killed: how much of it is whole steps, and how to end it.
#pragma once

#include <cstdint>
#include <string>

#include "rl/recording/file.hpp"
#include "rl/recording/frame_scanner.hpp"

namespace kplane::rl::recording {

struct TornFrame {
  std::uint64_t end =
      0;                 ///< in the file, behind the last block that ends a line; where the frame begins: there is none
  std::string ending{};  ///< the bytes that make it a frame when they stand at `end`
  bool has_lines = false;  ///< whether there is a line
};

/// Decompresses the frame. @throws RecordingError when the file cannot be read
[[nodiscard]] TornFrame measure_torn_frame(const File& file, const Frame& frame);

}  // namespace kplane::rl::recording
