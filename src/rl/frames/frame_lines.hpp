// Reads the lines of one frame in order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "rl/frames/frame_decoder.hpp"

namespace kplane::rl::recording {

class FrameLines {
 public:
  /// @param decoder at the beginning of a frame
  /// @param limit describes `max_line_bytes` in errors
  FrameLines(FrameDecoder& decoder, std::size_t max_line_bytes, const char* limit = "RecordingOptions::max_line_bytes")
      : decoder_(&decoder), max_(std::min(max_line_bytes, std::string().max_size() - 1)), limit_(limit) {}

  /// The next complete line without its newline; nullopt when there is none. Valid until the next call.
  /// @throws RecordingError when the frame is damaged or a line is too long
  [[nodiscard]] std::optional<std::string_view> next();
  /// The size of the text after the last complete line.
  [[nodiscard]] std::size_t left() const noexcept { return text_.size() - begin_; }

 private:
  [[nodiscard]] bool read_more();

  FrameDecoder* decoder_;
  std::size_t max_;
  const char* limit_;
  std::string text_;
  std::size_t begin_ = 0;
};

}  // namespace kplane::rl::recording
