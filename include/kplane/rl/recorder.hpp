// Recorder: writes the steps of episodes to a file.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <kplane/export.hpp>
#include <kplane/manifest.hpp>
#include <kplane/plane.hpp>
#include <kplane/rl/recording_error.hpp>
#include <kplane/rl/step.hpp>

namespace kplane::rl {

/// How a Recorder writes.
struct RecorderOptions {
  /// Kept in the header, which may have 16 MiB: what the episodes began with. Data of Secrets is left out.
  Manifests scenario{};
  std::string server_version{};  ///< kept in the header; server_version() asks a server
  /// JSON text, nested at most 200 deep, kept in the header: seed, policy, whatever names the run; empty: nothing.
  std::string info{};
  bool append = true;  ///< to a recording that exists; false: RecordingError when the file is not empty
  /// True: the data of Secrets is recorded too, in the clear. False: `data` and `stringData` of Secrets are written as
  /// `{}`, and kubectl's copy of them in an annotation as `""`. Actions, `info` and other types are written as they
  /// are.
  bool keep_secrets = false;
  /// How often steps are forced to the disk, so that they survive the machine as they survive the process. None: the
  /// system decides when, some half a minute later. 0: each step. Otherwise: with the first step after so long.
  std::optional<std::chrono::milliseconds> fsync_interval{};
  /// How far back a state is compared with earlier ones, from 1 MiB to 128 MiB, a power of two: should hold one state
  /// of each plane. The Recorder, and whoever reads, needs so much memory.
  std::size_t history_bytes = std::size_t{32} << 20U;
  /// A frame ends where it holds so much text, or some 16 states of each plane: what has to be read to get at a step.
  std::size_t frame_bytes = std::size_t{256} << 20U;
};

/// The version that a plane's server says it has (`/version`), such as `v1.34.2`. One request.
/// @throws what Plane::request() throws; DecodeError when the answer names no version
[[nodiscard]] KPLANE_API std::string server_version(const Plane& plane);

/// Appends steps to a recording: JSON Lines in zstd frames. `zstdcat FILE | jq` reads it, and so does Python, with
/// `zstandard` and `json`. The first line is a header, with the key `recording`; the others are steps.
///
/// A step is in the file when append() returns, so it survives whatever happens to this process, SIGKILL included; see
/// RecorderOptions::fsync_interval for what survives the machine. What a killed process leaves of a step is cut off
/// when the file is opened again. A recording may be read while it is written.
///
/// Thread safety: append() and sync() may be called from any thread; steps are written in the order of the calls. A
/// child of fork() cannot write: append() and sync() throw std::logic_error there, and the rest only lets go of the
/// file.
/// Cost: append() compresses on the calling thread, some 0.2 ms for a state of 240 kB, and makes one system call. No
/// thread. Memory: about 36 MB, see RecorderOptions::history_bytes. A state takes about a hundredth of its size when
/// the same plane's last one is within reach.
class KPLANE_API Recorder {
 public:
  /// Makes the file, or continues it. @throws ConfigError when it cannot be opened, or an option is wrong;
  /// RecordingLocked when somebody else records to it; RecordingError when it is something else, and then leaves it as
  /// it is; RecordingTooNew; RecordingWriteError
  explicit Recorder(const std::string& path, const RecorderOptions& options = {});
  /// As close(), whose errors are lost then.
  ~Recorder();
  /// Takes the file over; the other one throws std::logic_error from now on.
  Recorder(Recorder&&) noexcept;
  /// Closes its file, then takes the other one's over.
  Recorder& operator=(Recorder&&) noexcept;
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Writes a step. @throws ConfigError when the step cannot be written as JSON: an action that is none, a reward that
  /// is not finite, no plane; DecodeError when a Secret's text is not JSON; RecordingWriteError when the file does not
  /// take it: the file is then as before the call, and the next call may succeed.
  ///
  /// When the step is written, but cannot be forced to the disk as RecorderOptions::fsync_interval asks, this call
  /// returns, and the next append(), sync() or close() throws the RecordingWriteError before it writes anything: so
  /// appending the step of a call that threw never writes it twice.
  void append(const Step& step);

  /// Forces to the disk what was appended, and the name of a new file. @throws RecordingWriteError
  void sync();

  /// Ends the frame and gives the file free. The second call does nothing; append() throws std::logic_error then.
  /// @throws RecordingWriteError; every step can be read nevertheless
  void close();

  /// How many steps this Recorder has written.
  [[nodiscard]] std::uint64_t steps() const;
  /// How large the file is now.
  [[nodiscard]] std::uint64_t file_bytes() const;
  /// How many bytes of an unfinished step were cut off when the file was opened: 0 unless a process was killed, or
  /// lost its disk, while it wrote.
  [[nodiscard]] std::uint64_t torn_bytes() const;

 private:
  class Impl;
  [[nodiscard]] Impl& impl() const;

  std::unique_ptr<Impl> impl_;  // none: moved from
};

}  // namespace kplane::rl
