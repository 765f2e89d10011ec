#include <kplane/rl/recorder.hpp>

#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "rl/frames/file.hpp"
#include "rl/frames/frame_decoder.hpp"
#include "rl/frames/frame_encoder.hpp"
#include "rl/frames/frame_lines.hpp"
#include "rl/frames/frame_scanner.hpp"
#include "rl/frames/torn_frame.hpp"
#include "rl/recording/frame_index.hpp"
#include "rl/recording/header_line.hpp"
#include "rl/recording/step_line.hpp"

namespace kplane::rl {

namespace {

using recording::File;
using recording::Frame;
using recording::FrameIndex;
using recording::StepLine;
using Clock = std::chrono::steady_clock;

constexpr std::size_t megabyte = std::size_t{1} << 20U;
constexpr std::size_t max_line_bytes = RecordingOptions().max_line_bytes;

const RecorderOptions& checked(const RecorderOptions& options) {
  const std::size_t history = options.history_bytes;
  const bool is_power_of_two = history != 0 && (history & (history - 1)) == 0;
  if (!is_power_of_two || history < megabyte || history > 128 * megabyte) {
    throw ConfigError("RecorderOptions::history_bytes must be a power of two from 1 MiB to 128 MiB");
  }
  if (options.frame_bytes == 0) throw ConfigError("RecorderOptions::frame_bytes must be at least 1");
  if (options.fsync_interval && options.fsync_interval->count() < 0) {
    throw ConfigError("RecorderOptions::fsync_interval must not be negative");
  }
  return options;
}

/// The text of the first frame, as far as it can be read.
std::string first_text(const File& file, const Frame& frame, std::size_t size) {
  recording::FrameDecoder decoder(file);
  decoder.start(frame);
  std::string text(size, '\0');
  text.resize(decoder.read(text.data(), text.size()));
  return text;
}

/// Whether the file may be from a Recorder that was killed before it had written the header completely.
bool may_be_half_a_header(const File& file, const Frame& frame) {
  constexpr std::string_view magic = "\x28\xB5\x2F\xFD";
  const std::string text = first_text(file, frame, recording::header_mark.size());
  std::string bytes(magic.size(), '\0');
  bytes.resize(file.read_at(0, bytes.data(), bytes.size()));
  return magic.substr(0, bytes.size()) == bytes && recording::header_mark.substr(0, text.size()) == text;
}

void check_header(const File& file, const Frame& frame) {
  recording::FrameDecoder decoder(file);
  decoder.start(frame);
  recording::FrameLines lines(decoder, recording::max_header_bytes, "the limit for a header");
  const auto line = lines.next();
  static_cast<void>(recording::read_header_line(line ? *line : std::string_view(), file.path()));
}

/// The bookkeeping for the frame being written.
class FrameContent {
 public:
  void add(const StepLine& line) {
    const auto [plane, is_new] = planes_.try_emplace(line.name.plane, static_cast<std::uint32_t>(index_.planes.size()));
    if (is_new) {
      index_.planes.push_back(line.name.plane);
      first_bytes_ += line.size;
    }
    index_.rows.push_back({line.name.episode, line.name.step, plane->second, line.size, line.checksum});
    bytes_ += line.size;
  }

  [[nodiscard]] bool empty() const noexcept { return index_.rows.empty(); }

  /// The first state of each plane takes much more space than the others, so a frame must contain enough of the latter.
  [[nodiscard]] bool is_full(std::size_t most_bytes) const noexcept {
    constexpr std::size_t rounds = 16;
    constexpr std::size_t least = 4 * megabyte;
    return bytes_ >= std::min(most_bytes, std::max(least, rounds * first_bytes_)) ||
           index_.rows.size() >= recording::max_rows;
  }

  [[nodiscard]] std::string index_frame(std::uint64_t frame_bytes) {
    index_.frame_bytes = frame_bytes;
    return recording::write_index_frame(index_);
  }

 private:
  FrameIndex index_;
  std::unordered_map<std::string, std::uint32_t> planes_;
  std::size_t first_bytes_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace

class Recorder::Impl {
 public:
  Impl(const std::string& path, const RecorderOptions& options)
      : options_(checked(options)),
        header_(recording::write_header_line(options)),
        file_(File::open_to_write(path)),
        encoder_(options.history_bytes),
        process_(::getpid()) {
    if (file_->size() != 0) continue_file();
    write_header();
  }

  void append(const Step& step) {
    require_own_process();
    const StepLine line = recording::write_step_line(step, options_.keep_secrets);
    if (line.size > max_line_bytes) throw ConfigError("recording: the step exceeds 256 MiB");
    const std::lock_guard lock(mutex_);
    require_open();
    raise_kept_error();
    if (unended_) end_after_failure();
    write_line(line);
    ++steps_;
    if (content_.is_full(options_.frame_bytes)) end_frame_if_possible();
    sync_if_due();
  }

  void sync() {
    require_own_process();
    const std::lock_guard lock(mutex_);
    require_open();
    raise_kept_error();
    force_to_disk();
  }

  void close() {
    if (!is_own_process()) {  // a child of fork() must not end its parent's frame, nor wait for its threads
      file_.reset();
      return;
    }
    const std::lock_guard lock(mutex_);
    if (!file_) return;
    try {
      raise_kept_error();
      if (unended_) end_after_failure();
      if (!content_.empty()) end_frame();
      if (options_.fsync_interval) force_to_disk();
    } catch (...) {
      file_.reset();
      throw;
    }
    file_.reset();
  }

  [[nodiscard]] std::uint64_t steps() const {
    const std::lock_guard lock(mutex_);
    return steps_;
  }
  [[nodiscard]] std::uint64_t file_bytes() const {
    const std::lock_guard lock(mutex_);
    return end_;
  }
  [[nodiscard]] std::uint64_t torn_bytes() const noexcept { return torn_bytes_; }

 private:
  [[nodiscard]] bool is_own_process() const noexcept { return process_ == ::getpid(); }

  /// Call before locking the mutex, which may be locked for ever in a child of fork().
  void require_own_process() const {
    if (is_own_process()) return;
    throw std::logic_error("kplane::rl::Recorder: used in a child of fork(), which shares the file with its parent");
  }

  void require_open() const {
    if (!file_) throw std::logic_error("kplane::rl::Recorder: used after close()");
  }

  /// Finds the end of the existing steps, and truncates a partial step that a killed process left.
  void continue_file() {
    if (!options_.append) {
      throw RecordingError("recording " + file_->path() +
                           " already exists: record to another file, or set RecorderOptions::append");
    }
    recording::FrameScanner scanner(*file_);
    while (const std::optional<Frame> frame = scanner.next()) {
      const bool is_first = frame->begin == 0;
      if (frame->kind == Frame::Kind::torn) {
        if (is_first) require_half_a_header(*frame);
        end_torn(*frame);
        return;
      }
      if (is_first) check_header(*file_, *frame);
      end_ = frame->end;
    }
  }

  void require_half_a_header(const Frame& frame) const {
    if (may_be_half_a_header(*file_, frame)) return;
    throw RecordingError("not a recording: " + file_->path() + " does not begin with a header");
  }

  void end_torn(const Frame& frame) {
    const recording::TornFrame torn = recording::measure_torn_frame(*file_, frame);
    const bool is_half_a_header = frame.begin == 0 && !torn.has_lines;
    if (frame.begin == 0 && !is_half_a_header) check_header(*file_, frame);
    if (torn.has_lines && torn.ending.empty()) {
      throw RecordingError("recording " + file_->path() +
                           " ends within a frame that no Recorder wrote: it can be read, but not appended to");
    }
    torn_bytes_ = frame.end - torn.end;
    file_->truncate(torn.end);
    file_->write_at(torn.end, torn.ending);
    end_ = torn.end + torn.ending.size();
  }

  void write_header() {
    encoder_.add(header_);
    const std::string_view bytes = encoder_.end();
    file_->write_at(end_, bytes);
    end_ += bytes.size();
    frame_begin_ = end_;
    if (options_.fsync_interval) force_to_disk();
    last_sync_ = Clock::now();
  }

  void write_line(const StepLine& line) {
    try {
      for (const std::string_view piece : recording::pieces_of(line)) encoder_.add(piece);
      const std::string_view bytes = encoder_.flush();
      file_->write_at(end_, bytes);
      end_ += bytes.size();
      content_.add(line);
    } catch (...) {
      forget_frame();
      throw;
    }
  }

  void end_frame() {
    try {
      const std::string_view end = encoder_.end();
      const std::string bytes = std::string(end) + content_.index_frame(end_ + end.size() - frame_begin_);
      file_->write_at(end_, bytes);
      begin_frame(end_ + bytes.size());
    } catch (...) {
      forget_frame();
      throw;
    }
  }

  /// The step is written, so ending the frame can wait.
  void end_frame_if_possible() {
    try {
      end_frame();
    } catch (const RecordingWriteError&) {
      return;
    }
  }

  /// The encoder has consumed data that is not in the file, so the frame cannot be continued, only ended where it is.
  void forget_frame() noexcept {
    encoder_.abandon();
    unended_ = true;
  }

  void end_after_failure() {
    if (end_ > frame_begin_) {
      file_->truncate(end_);
      Frame frame;
      frame.kind = Frame::Kind::torn;
      frame.begin = frame_begin_;
      frame.end = end_;
      const recording::TornFrame torn = recording::measure_torn_frame(*file_, frame);
      file_->write_at(torn.end, torn.ending);
      begin_frame(torn.end + torn.ending.size());
    }
    unended_ = false;
  }

  void begin_frame(std::uint64_t begin) {
    content_ = FrameContent();
    end_ = begin;
    frame_begin_ = begin;
  }

  /// The step is written: throwing now would make the caller write it twice.
  void sync_if_due() {
    if (!options_.fsync_interval || Clock::now() - last_sync_ < *options_.fsync_interval) return;
    try {
      force_to_disk();
    } catch (const RecordingWriteError& error) {
      kept_error_ = error;
    }
  }

  void raise_kept_error() {
    if (!kept_error_) return;
    const std::optional<RecordingWriteError> error = std::exchange(kept_error_, std::nullopt);
    error->raise();
  }

  /// The first time also syncs the directory.
  void force_to_disk() {
    file_->sync();
    if (!name_is_on_disk_) file_->sync_directory();
    name_is_on_disk_ = true;
    last_sync_ = Clock::now();
  }

  const RecorderOptions options_;
  const std::string header_;
  std::optional<File> file_;  // none: closed
  recording::FrameEncoder encoder_;
  const pid_t process_;
  mutable std::mutex mutex_;
  FrameContent content_;
  std::uint64_t frame_begin_ = 0;
  std::uint64_t end_ = 0;  // of the file
  bool unended_ = false;   // the end of the frame could not be written
  std::uint64_t steps_ = 0;
  std::uint64_t torn_bytes_ = 0;
  Clock::time_point last_sync_{};
  bool name_is_on_disk_ = false;
  std::optional<RecordingWriteError> kept_error_;  // from an fsync after a written step
};

Recorder::Recorder(const std::string& path, const RecorderOptions& options)
    : impl_(std::make_unique<Impl>(path, options)) {}

Recorder::~Recorder() {
  try {
    if (impl_) impl_->close();
  } catch (...) {  // all steps are in the file, only the frame's end is missing
    return;
  }
}

Recorder::Recorder(Recorder&&) noexcept = default;

Recorder& Recorder::operator=(Recorder&& other) noexcept {
  Recorder(std::move(other)).impl_.swap(impl_);
  return *this;
}

void Recorder::append(const Step& step) { impl().append(step); }

void Recorder::sync() { impl().sync(); }

void Recorder::close() { impl().close(); }

std::uint64_t Recorder::steps() const { return impl().steps(); }

std::uint64_t Recorder::file_bytes() const { return impl().file_bytes(); }

std::uint64_t Recorder::torn_bytes() const { return impl().torn_bytes(); }

Recorder::Impl& Recorder::impl() const {
  if (!impl_) throw std::logic_error("kplane::rl::Recorder: used after it was moved from");
  return *impl_;
}

}  // namespace kplane::rl
