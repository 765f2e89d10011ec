// The index of a data frame, in the skippable frame after it: its steps can be listed without decompressing them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kplane::rl::recording {

struct FrameIndex {
  struct Row {
    std::int64_t episode = 0;
    std::int64_t step = 0;
    std::uint32_t plane = 0;     ///< index into `planes`
    std::uint64_t bytes = 0;     ///< of the line, including its newline
    std::uint32_t checksum = 0;  ///< of the line, see line_checksum.hpp
  };

  std::uint64_t frame_bytes = 0;  ///< of the data frame
  std::vector<std::string> planes;
  std::vector<Row> rows;  ///< all lines of the frame, in order
};

/// The most rows that a writer puts into one frame.
inline constexpr std::size_t max_rows = 65'536;
/// The most that a reader accepts: anything larger is not an index.
inline constexpr std::size_t max_index_bytes = std::size_t{16} << 20U;
/// Of a plane ID; the contract's limit is 63.
inline constexpr std::size_t max_plane_bytes = 253;

/// The frame, with its header.
[[nodiscard]] std::string write_index_frame(const FrameIndex& index);
/// @param content of a skippable frame
/// @return nullopt when it is something else
[[nodiscard]] std::optional<FrameIndex> read_index(std::string_view content);

}  // namespace kplane::rl::recording
