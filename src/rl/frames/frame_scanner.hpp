// Finds the frames of a zstd file (RFC 8878) without decompressing them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "rl/frames/file.hpp"

namespace kplane::rl::recording {

/// A frame of the file.
struct Frame {
  enum class Kind {
    data,       ///< contains lines
    skippable,  ///< ignored by readers
    torn,       ///< the file ends within it
  };
  Kind kind = Kind::data;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// A block of a data frame.
struct Block {
  std::uint64_t end = 0;
  bool last = false;
};

/// Buffered reads of a file, for headers that are some kilobytes apart.
class FileWindow {
 public:
  explicit FileWindow(const File& file) : file_(&file), size_(file.size()) {}

  [[nodiscard]] std::uint64_t file_size() const noexcept { return size_; }
  [[nodiscard]] const File& file() const noexcept { return *file_; }
  /// A little-endian number of `bytes` bytes, 1 to 4; nullopt when the file ends first. @throws RecordingError
  [[nodiscard]] std::optional<std::uint32_t> number_at(std::uint64_t offset, std::size_t bytes);

 private:
  const File* file_;
  std::uint64_t size_;
  std::vector<char> bytes_;
  std::uint64_t begin_ = 0;
};

/// The blocks of one data frame, in order.
class BlockScanner {
 public:
  /// @param begin of the frame
  BlockScanner(FileWindow& window, std::uint64_t begin);

  /// @return nullopt when the file ends within the block, and after the last one
  /// @throws RecordingError when it is not a block
  [[nodiscard]] std::optional<Block> next();

  /// The start of the next block; nullopt when the file ends within the frame's header.
  [[nodiscard]] std::optional<std::uint64_t> position() const noexcept { return position_; }
  [[nodiscard]] bool has_checksum() const noexcept { return has_checksum_; }

 private:
  FileWindow* window_;
  std::optional<std::uint64_t> position_;
  bool has_checksum_ = false;
};

/// The frames of a file, from its beginning, up to the size it had at construction.
class FrameScanner {
 public:
  explicit FrameScanner(const File& file) : window_(file) {}

  /// @return nullopt at the end. A torn frame is the last one.
  /// @throws RecordingError when there is no frame at the position
  [[nodiscard]] std::optional<Frame> next();
  [[nodiscard]] std::uint64_t file_size() const noexcept { return window_.file_size(); }

 private:
  [[nodiscard]] Frame torn();
  [[nodiscard]] bool only_zeros_are_left();

  FileWindow window_;
  std::uint64_t position_ = 0;
};

}  // namespace kplane::rl::recording
