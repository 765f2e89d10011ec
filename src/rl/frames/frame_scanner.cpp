#include "rl/frames/frame_scanner.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <kplane/rl/recording_error.hpp>

namespace kplane::rl::recording {

namespace {

constexpr std::uint32_t data_magic = 0xFD2FB528;
constexpr std::uint32_t skippable_magic = 0x184D2A50;  // and the next 15 numbers
constexpr std::uint32_t skippable_mask = 0xFFFFFFF0;
constexpr std::uint64_t magic_size = 4;
constexpr std::uint64_t block_header_size = 3;
constexpr std::uint64_t checksum_size = 4;

/// Magic, descriptor, window, dictionary ID, content size: RFC 8878 §3.1.1.1.
std::uint64_t header_size(std::uint32_t descriptor) noexcept {
  constexpr std::array<std::uint64_t, 4> dictionary_sizes = {0, 1, 2, 4};
  constexpr std::array<std::uint64_t, 4> content_sizes = {0, 2, 4, 8};
  const bool single_segment = (descriptor & 0x20U) != 0;
  std::uint64_t content = content_sizes.at(descriptor >> 6U);
  if (single_segment && content == 0) content = 1;
  return magic_size + 1 + (single_segment ? 0 : 1) + dictionary_sizes.at(descriptor & 3U) + content;
}

[[noreturn]] void fail_at(const File& file, std::uint64_t offset, const char* what) {
  throw RecordingError("recording " + file.path() + ": " + what + " (at byte " + std::to_string(offset) + ")");
}

}  // namespace

std::optional<std::uint32_t> FileWindow::number_at(std::uint64_t offset, std::size_t bytes) {
  if (offset > size_ || size_ - offset < bytes) return std::nullopt;
  if (offset < begin_ || offset + bytes > begin_ + bytes_.size()) {
    constexpr std::size_t window_size = std::size_t{256} << 10U;
    begin_ = offset;
    bytes_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(window_size, size_ - offset)));
    bytes_.resize(file_->read_at(begin_, bytes_.data(), bytes_.size()));
    if (bytes_.size() < bytes) return std::nullopt;  // the file has become shorter
  }
  std::uint32_t number = 0;
  for (std::size_t i = bytes; i-- > 0;) {
    number = (number << 8U) | static_cast<unsigned char>(bytes_[static_cast<std::size_t>(offset - begin_) + i]);
  }
  return number;
}

BlockScanner::BlockScanner(FileWindow& window, std::uint64_t begin) : window_(&window) {
  const auto descriptor = window.number_at(begin + magic_size, 1);
  if (!descriptor) return;
  has_checksum_ = (*descriptor & 4U) != 0;
  const std::uint64_t first = begin + header_size(*descriptor);
  if (first <= window.file_size()) position_ = first;
}

std::optional<Block> BlockScanner::next() {
  if (!position_) return std::nullopt;
  const auto header = window_->number_at(*position_, block_header_size);
  if (!header) return std::nullopt;
  enum Type : std::uint32_t { raw, repeated, compressed, reserved };
  const std::uint32_t type = (*header >> 1U) & 3U;
  if (type == reserved) fail_at(window_->file(), *position_, "damaged: no zstd block begins here");
  Block block;
  block.last = (*header & 1U) != 0;
  block.end = *position_ + block_header_size + (type == repeated ? 1 : *header >> 3U);
  if (block.end > window_->file_size()) return std::nullopt;
  position_ = block.last ? std::nullopt : std::optional(block.end);
  return block;
}

std::optional<Frame> FrameScanner::next() {
  if (position_ >= window_.file_size()) return std::nullopt;
  const auto magic = window_.number_at(position_, magic_size);
  if (!magic) return torn();
  Frame frame;
  frame.begin = position_;
  if ((*magic & skippable_mask) == skippable_magic) {
    const auto size = window_.number_at(position_ + magic_size, 4);
    if (!size) return torn();
    frame.kind = Frame::Kind::skippable;
    frame.end = position_ + magic_size + 4 + *size;
  } else if (*magic == data_magic) {
    BlockScanner blocks(window_, position_);
    std::optional<Block> block = blocks.next();
    while (block && !block->last) block = blocks.next();
    if (!block) return torn();
    frame.end = block->end + (blocks.has_checksum() ? checksum_size : 0);
  } else {
    // After a crash of the machine, a file may end in zeros in place of data that had not reached the disk.
    if (position_ > 0 && only_zeros_are_left()) return torn();
    fail_at(
        window_.file(), position_,
        position_ == 0 ? "not a recording: it does not begin with a zstd frame" : "damaged: no zstd frame begins here");
  }
  if (frame.end > window_.file_size()) return torn();
  position_ = frame.end;
  return frame;
}

Frame FrameScanner::torn() {
  Frame frame;
  frame.kind = Frame::Kind::torn;
  frame.begin = position_;
  frame.end = window_.file_size();
  position_ = frame.end;
  return frame;
}

bool FrameScanner::only_zeros_are_left() {
  for (std::uint64_t at = position_; at < window_.file_size(); ++at) {
    if (window_.number_at(at, 1).value_or(0) != 0) return false;
  }
  return true;
}

}  // namespace kplane::rl::recording
