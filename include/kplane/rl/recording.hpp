// Recording: what is in a file that a Recorder wrote.
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

/// What is read at most of a recording, whoever wrote it.
struct RecordingOptions {
  std::size_t max_line_bytes = std::size_t{256}
                               << 20U;  ///< of a step as text, from 1 kB on: so much memory it may take
  std::size_t max_steps = 16'000'000;   ///< some 60 bytes of memory each, and some 300 more for each episode of a plane
};

/// What a recording says of itself.
struct RecordingHeader {
  std::int64_t version = 0;                         ///< of the form: 1
  std::string library_version{};                    ///< of the library that wrote it, such as `0.1.0`
  std::string server_version{};                     ///< RecorderOptions::server_version
  std::chrono::system_clock::time_point created{};  ///< when it was begun; whole seconds
  Manifests scenario{};                             ///< RecorderOptions::scenario, without the data of Secrets
  std::string info{};                               ///< RecorderOptions::info, JSON text
};

/// The steps of one episode in one plane.
struct RecordedEpisode {
  std::int64_t episode = 0;          ///< Step::episode
  std::string plane{};               ///< Step::plane
  std::vector<std::size_t> steps{};  ///< their positions in the recording, in the order in which they were recorded
};

/// The index of a recording: which steps it holds, by episode and plane, and where.
///
/// Of a recording that is being written, or whose process was killed, it holds the steps that were complete when it was
/// opened. Several recordings in one file, as `cat` makes it, are one.
///
/// Thread safety: immutable; may be used and copied from any thread. Copying is a reference count.
/// Cost: opening reads the compressed file once, and decompresses only what a Recorder did not close. It keeps the file
/// open.
class KPLANE_API Recording {
 public:
  /// @throws ConfigError when the file cannot be opened, or an option is wrong; RecordingError when it is no recording,
  /// is damaged, or exceeds `options`; RecordingTooNew
  explicit Recording(const std::string& path, const RecordingOptions& options = {});

  /// As it was given.
  [[nodiscard]] const std::string& path() const& noexcept;
  [[nodiscard]] std::string path() &&;
  /// The first one, where the file was continued.
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
  /// How many bytes at the end belong to a step that is not complete.
  [[nodiscard]] std::uint64_t torn_bytes() const noexcept;

  /// One step, by its position. Decompresses its frame up to there: Replay is faster for several.
  /// @throws ConfigError when there is no such step; RecordingError
  [[nodiscard]] Step step(std::size_t position) const;

 private:
  friend class Replay;
  kplane::detail::Handle<const recording::RecordingFile> file_;
};

}  // namespace kplane::rl
