// Compresses text into zstd frames that can be read up to their last flush.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct ZSTD_CCtx_s;

namespace kplane::rl::recording {

class FrameEncoder {
 public:
  /// @param history_bytes the window size; a power of two
  explicit FrameEncoder(std::size_t history_bytes);

  void add(std::string_view text);
  /// All bytes of the frame not returned before, with which everything added so far can be read. Valid until the next
  /// call.
  [[nodiscard]] std::string_view flush();
  /// The same, and the end of the frame: text added later starts another one.
  [[nodiscard]] std::string_view end();
  /// Discards the frame.
  void abandon() noexcept;

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const noexcept;
  };
  void compress(std::string_view text, int directive);
  [[nodiscard]] std::string_view take() noexcept;

  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
  std::string output_;
  std::size_t size_ = 0;  // of the current output: the string only ever grows
};

}  // namespace kplane::rl::recording
