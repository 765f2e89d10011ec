#include "rl/frames/torn_frame.hpp"

#include <zstd.h>

#include <memory>
#include <new>
#include <optional>
#include <vector>

#include <kplane/rl/recording_error.hpp>

namespace kplane::rl::recording {

namespace {

/// Decompresses a frame block by block to find where in the file a line ends.
class BlockDecoder {
 public:
  BlockDecoder() : context_(ZSTD_createDCtx(), ZSTD_freeDCtx), output_(ZSTD_DStreamOutSize()) {
    if (!context_) throw std::bad_alloc();
  }

  /// @return whether it could be decompressed
  [[nodiscard]] bool decode(const std::vector<char>& compressed) {
    ZSTD_inBuffer input{compressed.data(), compressed.size(), 0};
    std::size_t written = 0;
    do {
      ZSTD_outBuffer output{output_.data(), output_.size(), 0};
      if (ZSTD_isError(ZSTD_decompressStream(context_.get(), &output, &input)) != 0U) return false;
      written = output.pos;
      if (written > 0) ends_line_ = output_[written - 1] == '\n';
    } while (input.pos < input.size || written == output_.size());
    return true;
  }

  [[nodiscard]] bool ends_line() const noexcept { return ends_line_; }

 private:
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context_;
  std::vector<char> output_;
  bool ends_line_ = false;
};

std::optional<std::vector<char>> read_bytes(const File& file, std::uint64_t begin, std::uint64_t end) {
  std::vector<char> bytes(static_cast<std::size_t>(end - begin));
  if (file.read_at(begin, bytes.data(), bytes.size()) != bytes.size()) return std::nullopt;
  return bytes;
}

/// Damage ends the frame as if its writer had been killed: the machine may have crashed.
std::optional<Block> next_block(BlockScanner& blocks) {
  try {
    return blocks.next();
  } catch (const RecordingError&) {
    return std::nullopt;
  }
}

}  // namespace

TornFrame measure_torn_frame(const File& file, const Frame& frame) {
  FileWindow window(file);
  BlockScanner blocks(window, frame.begin);
  BlockDecoder decoder;
  TornFrame torn;
  torn.end = frame.begin;
  std::uint64_t begin = frame.begin;
  for (std::optional<Block> block = next_block(blocks); block && !block->last; block = next_block(blocks)) {
    if (block->end > frame.end) break;  // a Recorder has written more since the scan
    const std::optional<std::vector<char>> bytes = read_bytes(file, begin, block->end);
    if (!bytes || !decoder.decode(*bytes)) break;
    begin = block->end;
    if (!decoder.ends_line()) continue;
    torn.has_lines = true;
    torn.end = block->end;
    if (!blocks.has_checksum()) torn.ending = std::string("\x01\0\0", 3);  // an empty last block
  }
  return torn;
}

}  // namespace kplane::rl::recording
