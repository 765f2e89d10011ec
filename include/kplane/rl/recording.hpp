// Reads the files that a Recorder writes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/export.hpp>
#include <kplane/handle.hpp>
#include <kplane/manifest.hpp>
#include <kplane/rl/recording_error.hpp>
#include <kplane/rl/step.hpp>
#include <kplane/vector.hpp>

namespace kplane::rl {

namespace recording {
class RecordingFile;
}  // namespace recording

/// Limits on what is read from an untrusted recording.
struct RecordingOptions {
  std::size_t max_line_bytes = std::size_t{256}
                               << 20U;  ///< of a step as text, at least 1 kB: the memory that reading one may take
  std::size_t max_steps =
      16'000'000;  ///< each takes about 60 bytes of memory, and each episode of a plane about 300 more
};

/// The first line of a recording.
struct RecordingHeader {
  std::int64_t version = 0;                         ///< of the file format: 1
  std::string library_version{};                    ///< of the library that wrote it, such as `0.1.0`
  std::string server_version{};                     ///< RecorderOptions::server_version
  std::chrono::system_clock::time_point created{};  ///< when the recording was started; whole seconds
  Manifests scenario{};                             ///< RecorderOptions::scenario, without the data of Secrets
  std::string info{};                               ///< RecorderOptions::info, JSON text
};

/// The steps of one episode in one plane.
struct RecordedEpisode {
  std::int64_t episode = 0;          ///< Step::episode
  std::string plane{};               ///< Step::plane
  std::vector<std::size_t> steps{};  ///< their positions in the recording, in the order in which they were recorded
};

/// The index of a recording: its steps by episode and plane, and their positions.
///
/// For a recording that is still being written, or whose process was killed, it has the steps that were complete when
/// it was opened. Concatenated recordings, as made by `cat`, are read as one.
///
/// Thread safety: immutable; may be used and copied from any thread. Copying is a reference count.
/// Cost: opening reads the compressed file once, and decompresses only frames that a Recorder did not finish. It keeps
/// the file open.
class KPLANE_API Recording {
 public:
  /// Opens a recording. @throws ConfigError when the file cannot be opened or an option is invalid; RecordingError when
  /// it is not a recording, is damaged, or exceeds `options`; RecordingTooNew
  explicit Recording(const std::string& path, const RecordingOptions& options = {});

  /// The path as given.
  [[nodiscard]] const std::string& path() const& noexcept;
  [[nodiscard]] std::string path() &&;
  /// The header; the first one if the file was appended to.
  [[nodiscard]] const RecordingHeader& header() const& noexcept;
  [[nodiscard]] RecordingHeader header() &&;
  /// How many steps there are.
  [[nodiscard]] std::size_t size() const noexcept;
  /// Whether there are none.
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  /// The episodes, in the order of their first steps.
  [[nodiscard]] const Vector<RecordedEpisode>& episodes() const& noexcept;
  [[nodiscard]] Vector<RecordedEpisode> episodes() &&;
  /// The steps of an episode in a plane; nullptr when there are none. Valid as long as a copy of this Recording lives.
  [[nodiscard]] const RecordedEpisode* find(std::int64_t episode, std::string_view plane) const& noexcept;
  const RecordedEpisode* find(std::int64_t episode, std::string_view plane) const&& = delete;
  /// The IDs of the planes, in the order of their first steps.
  [[nodiscard]] const Vector<std::string>& planes() const& noexcept;
  [[nodiscard]] Vector<std::string> planes() &&;
  /// How many bytes at the end belong to an incomplete step.
  [[nodiscard]] std::uint64_t torn_bytes() const noexcept;

  /// One step, by its position. Decompresses its frame up to there; Replay is faster for several steps.
  /// @throws ConfigError when there is no such step; RecordingError
  [[nodiscard]] Step step(std::size_t position) const;

 private:
  friend class Replay;
  kplane::detail::Handle<const recording::RecordingFile> file_;
};

}  // namespace kplane::rl
