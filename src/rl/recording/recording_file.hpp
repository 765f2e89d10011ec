// A recording's index, built when it is opened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <kplane/rl/recording.hpp>

#include "rl/frames/file.hpp"
#include "rl/frames/frame_decoder.hpp"
#include "rl/frames/frame_scanner.hpp"
#include "rl/recording/frame_index.hpp"
#include "rl/recording/step_line.hpp"

namespace kplane::rl::recording {

/// The position of a step.
struct StepEntry {
  std::int64_t episode = 0;
  std::int64_t step = 0;
  std::uint32_t plane = 0;
  std::uint32_t frame = 0;
  std::uint64_t offset = 0;                 ///< in the frame's text
  std::uint64_t bytes = 0;                  ///< of the line, including its newline
  std::optional<std::uint32_t> checksum{};  ///< of the line; none: its frame has no index
};

/// A frame with steps.
struct StepFrame {
  Frame frame;
  std::uint64_t text_bytes = 0;
};

/// Immutable once built; thread-safe.
class RecordingFile {
 public:
  /// @throws as Recording's constructor
  RecordingFile(const std::string& path, const RecordingOptions& options);

  [[nodiscard]] const File& file() const noexcept { return file_; }
  [[nodiscard]] const RecordingHeader& header() const noexcept { return *header_; }
  [[nodiscard]] const std::vector<StepEntry>& entries() const noexcept { return entries_; }
  [[nodiscard]] const StepFrame& frame_of(const StepEntry& entry) const noexcept { return frames_[entry.frame]; }
  [[nodiscard]] const Vector<std::string>& planes() const noexcept { return planes_; }
  [[nodiscard]] const Vector<RecordedEpisode>& episodes() const noexcept { return episodes_; }
  [[nodiscard]] const RecordedEpisode* find(std::int64_t episode, std::string_view plane) const noexcept;
  [[nodiscard]] std::uint64_t torn_bytes() const noexcept { return torn_bytes_; }

 private:
  using EpisodeKey = std::pair<std::int64_t, std::uint32_t>;

  void add_frames();
  [[nodiscard]] std::optional<FrameIndex> index_in(const Frame& skippable, const Frame& data) const;
  void add_by_index(const Frame& frame, const FrameIndex& index);
  void add_by_text(const Frame& frame, FrameDecoder& decoder);
  void add_line(std::string_view line, std::uint64_t offset);
  void add_torn(const Frame& frame, FrameDecoder& decoder);
  void add_entry(const StepName& name, std::uint64_t offset, std::uint64_t bytes,
                 std::optional<std::uint32_t> checksum);
  [[nodiscard]] std::uint32_t plane_number(const std::string& plane);
  [[nodiscard]] std::string where(const Frame& frame) const;

  File file_;
  RecordingOptions options_;
  std::optional<RecordingHeader> header_;
  std::vector<StepEntry> entries_;
  std::vector<StepFrame> frames_;
  Vector<std::string> planes_;
  std::unordered_map<std::string, std::uint32_t> plane_numbers_;
  Vector<RecordedEpisode> episodes_;
  std::map<EpisodeKey, std::size_t> episode_positions_;
  std::uint64_t torn_bytes_ = 0;
};

}  // namespace kplane::rl::recording
