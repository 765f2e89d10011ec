// Decompresses one frame piece by piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "rl/frames/file.hpp"
#include "rl/frames/frame_scanner.hpp"

struct ZSTD_DCtx_s;

namespace kplane::rl::recording {

/// Memory: the frame's window, which zstd limits to 128 MiB, and a file buffer.
class FrameDecoder {
 public:
  /// The file must outlive it.
  explicit FrameDecoder(const File& file);

  /// Starts another frame.
  void start(const Frame& frame);
  /// Returns fewer bytes than requested only at the end.
  /// @throws RecordingError when the frame is damaged; a torn one simply ends
  [[nodiscard]] std::size_t read(char* bytes, std::size_t size);

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const noexcept;
  };
  [[nodiscard]] bool refill();

  const File* file_;
  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
  Frame frame_;
  std::vector<char> input_;
  std::size_t input_size_ = 0;
  std::size_t input_position_ = 0;
  std::uint64_t file_position_ = 0;
  bool ended_ = true;
};

}  // namespace kplane::rl::recording
