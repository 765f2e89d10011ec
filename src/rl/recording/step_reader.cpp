#include "rl/recording/step_reader.hpp"

#include <algorithm>
#include <utility>

#include <kplane/rl/recording_error.hpp>

#include "rl/recording/line_checksum.hpp"
#include "rl/recording/step_line.hpp"

namespace kplane::rl::recording {

StepReader::StepReader(std::shared_ptr<const RecordingFile> file)
    : file_(std::move(file)), decoder_(file_->file()), skipped_(std::size_t{128} << 10U) {}

Step StepReader::read(std::size_t position) {
  const StepEntry& entry = file_->entries()[position];
  go_to(entry);
  line_.resize(static_cast<std::size_t>(entry.bytes));
  const std::size_t got = decoder_.read(line_.data(), line_.size());
  position_ += got;
  if (got < line_.size() || line_.empty() || line_.back() != '\n') fail_at_frame("its index does not match its lines");
  if (entry.checksum) require_checksum(entry);
  Step step;
  try {
    step = read_step_line(std::string_view(line_).substr(0, line_.size() - 1));
  } catch (const DecodeError& error) {
    throw RecordingError(where(entry) + " cannot be read: " + error.what());
  }
  const bool is_named =
      step.episode == entry.episode && step.step == entry.step && step.plane == file_->planes()[entry.plane];
  if (!is_named) fail_at_frame("its index does not match its lines");
  return step;
}

void StepReader::require_checksum(const StepEntry& entry) const {
  LineChecksum checksum;
  checksum.add(line_);
  if (checksum.value() != entry.checksum) throw RecordingError(where(entry) + " is damaged: its checksum is wrong");
}

void StepReader::finish() {
  if (!frame_) return;
  const StepEntry in_frame{0, 0, 0, *frame_, 0, 0, {}};
  if (position_ != file_->frame_of(in_frame).text_bytes) return;  // only partly read
  if (decoder_.read(skipped_.data(), 1) != 0) fail_at_frame("its index does not match its lines");
  frame_.reset();
}

void StepReader::go_to(const StepEntry& entry) {
  if (frame_ != entry.frame || entry.offset < position_) {
    if (frame_ != entry.frame) finish();
    frame_ = entry.frame;
    position_ = 0;
    decoder_.start(file_->frame_of(entry).frame);
  }
  while (position_ < entry.offset) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(skipped_.size(), entry.offset - position_));
    const std::size_t got = decoder_.read(skipped_.data(), size);
    position_ += got;
    if (got < size) fail_at_frame("its index does not match its lines");
  }
}

std::string StepReader::where(const StepEntry& entry) const {
  return "recording " + file_->file().path() + ": step " + std::to_string(entry.step) + " of episode " +
         std::to_string(entry.episode) + " in plane " + file_->planes()[entry.plane];
}

void StepReader::fail_at_frame(const char* what) const {
  const StepEntry in_frame{0, 0, 0, *frame_, 0, 0, {}};
  throw RecordingError("recording " + file_->file().path() + ": damaged: the frame at byte " +
                       std::to_string(file_->frame_of(in_frame).frame.begin) + ": " + what);
}

}  // namespace kplane::rl::recording
