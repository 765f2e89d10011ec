#include "rl/frames/frame_decoder.hpp"

#include <zstd.h>

#include <algorithm>
#include <new>
#include <string>

#include <kplane/rl/recording_error.hpp>

namespace kplane::rl::recording {

void FrameDecoder::Free::operator()(ZSTD_DCtx_s* context) const noexcept { ZSTD_freeDCtx(context); }

FrameDecoder::FrameDecoder(const File& file)
    : file_(&file), context_(ZSTD_createDCtx()), input_(std::size_t{128} << 10U) {
  if (!context_) throw std::bad_alloc();
}

void FrameDecoder::start(const Frame& frame) {
  ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
  frame_ = frame;
  file_position_ = frame.begin;
  input_size_ = 0;
  input_position_ = 0;
  ended_ = false;
}

// NOLINTNEXTLINE(readability-non-const-parameter): zstd writes to it
std::size_t FrameDecoder::read(char* bytes, std::size_t size) {
  ZSTD_outBuffer output{bytes, size, 0};
  while (!ended_ && output.pos < output.size) {
    // Without input the decoder may still have buffered output; a finished frame needs no input.
    const bool has_input = input_position_ < input_size_ || refill();
    ZSTD_inBuffer input{input_.data(), input_size_, input_position_};
    const std::size_t before = output.pos;
    const std::size_t left = ZSTD_decompressStream(context_.get(), &output, &input);
    input_position_ = input.pos;
    if (ZSTD_isError(left) != 0U) {
      ended_ = true;
      if (frame_.kind == Frame::Kind::torn) break;
      throw RecordingError("recording " + file_->path() + ": damaged: the frame at byte " +
                           std::to_string(frame_.begin) + " cannot be decompressed: " + ZSTD_getErrorName(left));
    }
    ended_ = left == 0 || (!has_input && output.pos == before);
  }
  return output.pos;
}

bool FrameDecoder::refill() {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(input_.size(), frame_.end - file_position_));
  input_size_ = file_->read_at(file_position_, input_.data(), size);
  input_position_ = 0;
  file_position_ += input_size_;
  return input_size_ > 0;
}

}  // namespace kplane::rl::recording
