#include "rl/recording/recording_file.hpp"

#include <kplane/rl/recording_error.hpp>

#include "rl/frames/frame_decoder.hpp"
#include "rl/frames/frame_lines.hpp"
#include "rl/frames/torn_frame.hpp"
#include "rl/recording/header_line.hpp"

namespace kplane::rl::recording {

namespace {

constexpr std::uint64_t skippable_header_size = 8;

const RecordingOptions& checked(const RecordingOptions& options) {
  constexpr std::size_t least = 1'000;
  if (options.max_line_bytes < least || options.max_steps == 0) {
    throw ConfigError("RecordingOptions: max_line_bytes must be at least 1,000, and max_steps at least 1");
  }
  return options;
}

}  // namespace

RecordingFile::RecordingFile(const std::string& path, const RecordingOptions& options)
    : file_(File::open_to_read(path)), options_(checked(options)) {
  add_frames();
  if (!header_) throw RecordingError("not a recording: " + path + " has no header");
}

const RecordedEpisode* RecordingFile::find(std::int64_t episode, std::string_view plane) const noexcept {
  for (std::uint32_t i = 0; i < planes_.size(); ++i) {
    if (planes_[i] != plane) continue;
    const auto found = episode_positions_.find({episode, i});
    return found == episode_positions_.end() ? nullptr : &episodes_[found->second];
  }
  return nullptr;
}

/// An index follows its frame, so each frame is added only when the next one is known.
void RecordingFile::add_frames() {
  FrameScanner scanner(file_);
  FrameDecoder decoder(file_);
  std::optional<Frame> waiting;
  while (const std::optional<Frame> frame = scanner.next()) {
    if (waiting && frame->kind == Frame::Kind::skippable && header_) {
      if (const std::optional<FrameIndex> index = index_in(*frame, *waiting)) {
        add_by_index(*waiting, *index);
        waiting.reset();
        continue;
      }
    }
    if (frame->kind == Frame::Kind::skippable) continue;
    if (waiting) add_by_text(*waiting, decoder);
    waiting = frame;
    if (!header_ || frame->kind == Frame::Kind::torn) {  // nothing comes before the header
      frame->kind == Frame::Kind::torn ? add_torn(*frame, decoder) : add_by_text(*frame, decoder);
      waiting.reset();
    }
  }
  if (waiting) add_by_text(*waiting, decoder);
}

std::optional<FrameIndex> RecordingFile::index_in(const Frame& skippable, const Frame& data) const {
  const std::uint64_t size = skippable.end - skippable.begin - skippable_header_size;
  if (size > max_index_bytes) return std::nullopt;
  std::string content(static_cast<std::size_t>(size), '\0');
  if (file_.read_at(skippable.begin + skippable_header_size, content.data(), content.size()) != content.size()) {
    return std::nullopt;
  }
  std::optional<FrameIndex> index = read_index(content);
  if (index && index->frame_bytes != data.end - data.begin) return std::nullopt;
  return index;
}

void RecordingFile::add_by_index(const Frame& frame, const FrameIndex& index) {
  frames_.push_back({frame, 0});
  for (const FrameIndex::Row& row : index.rows) {
    if (row.bytes > options_.max_line_bytes) {
      throw RecordingError(where(frame) + ": a line exceeds " + std::to_string(options_.max_line_bytes) +
                           " bytes, which is RecordingOptions::max_line_bytes");
    }
    add_entry({row.episode, row.step, index.planes[row.plane]}, frames_.back().text_bytes, row.bytes, row.checksum);
    frames_.back().text_bytes += row.bytes;
  }
}

void RecordingFile::add_by_text(const Frame& frame, FrameDecoder& decoder) {
  frames_.push_back({frame, 0});
  decoder.start(frame);
  FrameLines lines(decoder, options_.max_line_bytes);
  while (const std::optional<std::string_view> line = lines.next()) {
    try {
      add_line(*line, frames_.back().text_bytes);
    } catch (const DecodeError& error) {
      throw RecordingError(where(frame) + ": a line is not a step: " + error.what());
    }
    frames_.back().text_bytes += line->size() + 1;
  }
  const bool ends_in_a_line = lines.left() > 0 && frame.kind != Frame::Kind::torn;
  if (ends_in_a_line) throw RecordingError(where(frame) + ": it does not end with a newline");
}

void RecordingFile::add_line(std::string_view line, std::uint64_t offset) {
  if (line.substr(0, header_mark.size()) == header_mark || !header_) {
    RecordingHeader header = read_header_line(line, file_.path());
    if (!header_) header_ = std::move(header);
    return;
  }
  add_entry(read_step_name(line), offset, line.size() + 1, std::nullopt);
}

void RecordingFile::add_torn(const Frame& frame, FrameDecoder& decoder) {
  const TornFrame torn = measure_torn_frame(file_, frame);
  torn_bytes_ = frame.end - torn.end;
  if (!torn.has_lines) return;
  Frame whole = frame;
  whole.end = torn.end;
  add_by_text(whole, decoder);
}

void RecordingFile::add_entry(const StepName& name, std::uint64_t offset, std::uint64_t bytes,
                              std::optional<std::uint32_t> checksum) {
  if (entries_.size() >= options_.max_steps) {
    throw RecordingError("recording " + file_.path() + " has more than " + std::to_string(options_.max_steps) +
                         " steps, which is RecordingOptions::max_steps");
  }
  const std::uint32_t plane = plane_number(name.plane);
  const auto [position, is_new] = episode_positions_.try_emplace({name.episode, plane}, episodes_.size());
  if (is_new) episodes_.push_back({name.episode, name.plane, {}});
  episodes_[position->second].steps.push_back(entries_.size());
  const auto frame = static_cast<std::uint32_t>(frames_.size() - 1);
  entries_.push_back({name.episode, name.step, plane, frame, offset, bytes, checksum});
}

std::uint32_t RecordingFile::plane_number(const std::string& plane) {
  const auto [position, is_new] = plane_numbers_.try_emplace(plane, static_cast<std::uint32_t>(planes_.size()));
  if (is_new) planes_.push_back(plane);
  return position->second;
}

std::string RecordingFile::where(const Frame& frame) const {
  return "recording " + file_.path() + ": the frame at byte " + std::to_string(frame.begin);
}

}  // namespace kplane::rl::recording
