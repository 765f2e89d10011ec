// Fuzz target: a recording. The first byte says how the rest becomes a file: as it is, or as the text of frames.
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include <kplane/error.hpp>
#include <kplane/rl/rl.hpp>

#include "rl/recording/frames.hpp"
#include "target.hpp"

namespace kplane::fuzz::recording_target {
namespace {

/// A file in memory.
class File {
 public:
  explicit File(std::string_view bytes) : descriptor_(::memfd_create("recording", MFD_CLOEXEC)) {
    require(descriptor_ >= 0, "there is a file");
    require(::write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "it is written");
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { ::close(descriptor_); }

  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

std::string file_of(std::string_view input) {
  if (input.empty()) return {};
  const std::string_view rest = input.substr(1);
  const std::string header = rl::frame_of(rl::header_line);
  switch (input.front()) {
    case 'h':  // another header
      return rl::frame_of(std::string(rest) + '\n');
    case 'l':  // lines
      return header + rl::frame_of(rest);
    case 'i': {  // lines, and what is to be their index
      const std::size_t end = rest.find('\0');
      const std::string lines(rest.substr(0, end));
      const std::string_view index = end == std::string_view::npos ? "" : rest.substr(end + 1);
      return header + rl::frame_of(lines) + rl::skippable_frame(index);
    }
    case 't':  // a frame that was not ended
      return header + rl::flushed_frame_of(rest);
    case 'r':  // bytes behind a header
      return header + std::string(rest);
    default:
      return std::string(rest);
  }
}

void replay(const rl::Recording& recording) {
  std::size_t count = 0;
  for (rl::Replay replay(recording); replay.next();) ++count;
  require(count == recording.size(), "a replay has every step of the index");
}

void run(std::string_view input) {
  const File file(file_of(input));
  rl::RecordingOptions options;
  options.max_line_bytes = std::size_t{64} << 10U;
  options.max_steps = 1000;
  try {
    const rl::Recording recording(file.path(), options);
    std::size_t steps = 0;
    for (const rl::RecordedEpisode& episode : recording.episodes()) steps += episode.steps.size();
    require(steps == recording.size(), "every step belongs to one episode");
    replay(recording);
  } catch (const rl::RecordingError&) {  // damaged
  } catch (const ConfigError&) {         // no file
  }
}

const Registration registration("recording", run);

}  // namespace
}  // namespace kplane::fuzz::recording_target
