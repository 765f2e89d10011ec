// Reads steps of a recording by position; fastest in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <kplane/rl/step.hpp>

#include "rl/frames/frame_decoder.hpp"
#include "rl/recording/recording_file.hpp"

namespace kplane::rl::recording {

class StepReader {
 public:
  explicit StepReader(std::shared_ptr<const RecordingFile> file);

  /// @param position of an existing step
  /// @throws RecordingError
  [[nodiscard]] Step read(std::size_t position);
  /// Call after the last step: checks that the frame ends properly. @throws RecordingError
  void finish();

 private:
  void require_checksum(const StepEntry& entry) const;
  void go_to(const StepEntry& entry);
  [[nodiscard]] std::string where(const StepEntry& entry) const;
  [[noreturn]] void fail_at_frame(const char* what) const;

  std::shared_ptr<const RecordingFile> file_;
  FrameDecoder decoder_;
  std::optional<std::uint32_t> frame_;
  std::uint64_t position_ = 0;  // in the frame's text
  std::string line_;
  std::vector<char> skipped_;
};

}  // namespace kplane::rl::recording
