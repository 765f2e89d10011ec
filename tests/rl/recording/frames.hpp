// zstd frames of any text, such as no Recorder writes.
#pragma once

#include <zstd.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kplane::rl {

/// A frame of a text that is repeated.
inline std::string frame_of(std::string_view text, std::size_t times = 1, int window_log = 0) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  if (window_log != 0) ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, window_log);
  std::string frame;
  std::string buffer(ZSTD_CStreamOutSize(), '\0');
  for (std::size_t i = 0; i < times; ++i) {
    ZSTD_inBuffer input{text.data(), text.size(), 0};
    const bool is_last = i + 1 == times;
    std::size_t left = 0;
    do {
      ZSTD_outBuffer output{buffer.data(), buffer.size(), 0};
      left = ZSTD_compressStream2(context.get(), &output, &input, is_last ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left) != 0U) throw std::runtime_error(ZSTD_getErrorName(left));
      frame.append(buffer.data(), output.pos);
    } while (is_last ? left != 0 : input.pos < input.size);
  }
  return frame;
}

/// A frame that is not ended, and will have a checksum.
inline std::string flushed_frame_of(std::string_view text) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string frame(ZSTD_compressBound(text.size()) + 100, '\0');
  ZSTD_inBuffer input{text.data(), text.size(), 0};
  ZSTD_outBuffer output{frame.data(), frame.size(), 0};
  if (ZSTD_compressStream2(context.get(), &output, &input, ZSTD_e_flush) != 0) throw std::runtime_error("not flushed");
  frame.resize(output.pos);
  return frame;
}

inline std::string skippable_frame(std::string_view content) {
  std::string frame("\x5B\x2A\x4D\x18", 4);
  for (std::size_t size = content.size(), i = 0; i < 4; ++i, size >>= 8U) frame += static_cast<char>(size & 0xFFU);
  return frame.append(content);
}

inline constexpr const char* header_line = "{\"recording\":{\"version\":1}}\n";

}  // namespace kplane::rl
