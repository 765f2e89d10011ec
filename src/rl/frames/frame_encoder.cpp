#include "rl/frames/frame_encoder.hpp"

#include <zstd.h>

#include <algorithm>
#include <new>
#include <stdexcept>

namespace kplane::rl::recording {

namespace {

int logarithm(std::size_t power_of_two) noexcept {
  int bits = 0;
  while (power_of_two > 1) {
    power_of_two >>= 1U;
    ++bits;
  }
  return bits;
}

void set(ZSTD_CCtx* context, ZSTD_cParameter parameter, int value) {
  const std::size_t result = ZSTD_CCtx_setParameter(context, parameter, value);
  if (ZSTD_isError(result) != 0U) throw std::logic_error(ZSTD_getErrorName(result));
}

}  // namespace

void FrameEncoder::Free::operator()(ZSTD_CCtx_s* context) const noexcept { ZSTD_freeCCtx(context); }

// Most of a state repeats the plane's previous one, some megabytes back. The fastest strategy finds it if its hash
// table is large enough, and long matches are all there is to find: kplane_recording_bench measures it.
FrameEncoder::FrameEncoder(std::size_t history_bytes) : context_(ZSTD_createCCtx()) {
  if (!context_) throw std::bad_alloc();
  const int window = logarithm(history_bytes);
  const int positions = std::min(window - 5, 20);
  constexpr int shortest_match = 7;
  set(context_.get(), ZSTD_c_compressionLevel, 1);
  set(context_.get(), ZSTD_c_windowLog, window);
  set(context_.get(), ZSTD_c_hashLog, positions);
  set(context_.get(), ZSTD_c_minMatch, shortest_match);
}

void FrameEncoder::add(std::string_view text) { compress(text, ZSTD_e_continue); }

std::string_view FrameEncoder::flush() {
  compress({}, ZSTD_e_flush);
  return take();
}

std::string_view FrameEncoder::end() {
  compress({}, ZSTD_e_end);
  return take();
}

void FrameEncoder::abandon() noexcept {
  ZSTD_CCtx_reset(context_.get(), ZSTD_reset_session_only);
  size_ = 0;
}

void FrameEncoder::compress(std::string_view text, int directive) {
  ZSTD_inBuffer input{text.data(), text.size(), 0};
  std::size_t left = 0;
  do {
    constexpr std::size_t room = std::size_t{64} << 10U;
    if (output_.size() - size_ < room) output_.resize(output_.size() + 2 * room);
    ZSTD_outBuffer output{output_.data(), output_.size(), size_};
    left = ZSTD_compressStream2(context_.get(), &output, &input, static_cast<ZSTD_EndDirective>(directive));
    if (ZSTD_isError(left) != 0U) throw std::bad_alloc();  // the only possible error
    size_ = output.pos;
  } while (directive == ZSTD_e_continue ? input.pos < input.size : left != 0);
}

std::string_view FrameEncoder::take() noexcept {
  const std::string_view taken(output_.data(), size_);
  size_ = 0;
  return taken;
}

}  // namespace kplane::rl::recording
