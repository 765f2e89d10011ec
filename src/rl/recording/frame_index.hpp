// What a skippable frame says of the data frame before it: the steps in it, so that nobody has to decompress it to
// know.
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
    std::uint32_t plane = 0;     ///< one of `planes`
    std::uint64_t bytes = 0;     ///< of the line, with its end
    std::uint32_t checksum = 0;  ///< of the line, see line_checksum.hpp
  };

  std::uint64_t frame_bytes = 0;  ///< of the data frame
  std::vector<std::string> planes;
  std::vector<Row> rows;  ///< all lines of the frame, in order
};

/// As many rows as a writer puts into one frame.
inline constexpr std::size_t max_rows = 65'536;
/// What a reader looks at: more is no index.
inline constexpr std::size_t max_index_bytes = std::size_t{16} << 20U;
/// Of a plane's ID; the contract says 63.
inline constexpr std::size_t max_plane_bytes = 253;

/// The frame, with its header.
[[nodiscard]] std::string write_index_frame(const FrameIndex& index);
/// @param content of a skippable frame
/// @return nullopt when it is something else
[[nodiscard]] std::optional<FrameIndex> read_index(std::string_view content);

}  // namespace kplane::rl::recording
