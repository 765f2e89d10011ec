#include "rl/frames/frame_lines.hpp"

#include <algorithm>

#include <kplane/rl/recording_error.hpp>

namespace kplane::rl::recording {

std::optional<std::string_view> FrameLines::next() {
  std::size_t searched = begin_;
  while (true) {
    const std::size_t end = text_.find('\n', searched);
    if (end != std::string::npos) {
      const std::string_view line = std::string_view(text_).substr(begin_, end - begin_);
      begin_ = end + 1;
      return line;
    }
    text_.erase(0, begin_);
    begin_ = 0;
    searched = text_.size();
    if (searched > max_) {
      throw RecordingError("recording: a line exceeds " + std::to_string(max_) + " bytes, which is " + limit_);
    }
    if (!read_more()) return std::nullopt;
  }
}

/// Doubles the buffer each time, so that a long line is not moved repeatedly; but no line that is too long is read.
bool FrameLines::read_more() {
  constexpr std::size_t least = std::size_t{16} << 10U;
  const std::size_t before = text_.size();
  text_.resize(before + std::min<std::size_t>(std::max(least, before), max_ + 1 - before));
  const std::size_t got = decoder_->read(text_.data() + before, text_.size() - before);
  text_.resize(before + got);
  return got > 0;
}

}  // namespace kplane::rl::recording
