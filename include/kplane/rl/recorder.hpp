// Writes the steps of episodes to a file.
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
  /// What the episodes begin with. Stored in the header, which may have 16 MiB, without the data of Secrets.
  Manifests scenario{};
  std::string server_version{};  ///< stored in the header; server_version() asks a server
  /// JSON text, nested at most 200 deep, stored in the header: seed, policy, whatever identifies the run; empty:
  /// nothing.
  std::string info{};
  bool append = true;  ///< append to an existing recording; false: RecordingError when the file is not empty
  /// True: record the data of Secrets too, in plain text. False: `data` and `stringData` of Secrets are written as
  /// `{}`, and kubectl's copy of them in an annotation as `""`. Actions, `info` and other types are written unchanged.
  bool keep_secrets = false;
  /// How often to fsync, so that steps survive a crash of the machine, as they survive one of the process anyway. None:
  /// left to the operating system, usually within half a minute. 0: after each step. Otherwise: with the first step
  /// after this long.
  std::optional<std::chrono::milliseconds> fsync_interval{};
  /// The compression window, a power of two from 1 MiB to 128 MiB: should be large enough for one state of each plane.
  /// The Recorder and every reader need this much memory.
  std::size_t history_bytes = std::size_t{32} << 20U;
  /// A frame ends once it holds this much text, or about 16 states of each plane: reading a step means decompressing
  /// its frame up to there.
  std::size_t frame_bytes = std::size_t{256} << 20U;
};

/// The version that a plane's server reports (`/version`), such as `v1.34.2`. One request.
/// @throws as Plane::request(); DecodeError when the answer has no version
[[nodiscard]] KPLANE_API std::string server_version(const Plane& plane);

/// Appends steps to a recording: JSON Lines in zstd frames, readable with `zstdcat FILE | jq`, or in Python with
/// `zstandard` and `json`. The first line is a header, with the key `recording`; the others are steps.
///
/// A step is in the file when append() returns, so it survives a crash of the process, even SIGKILL;
/// RecorderOptions::fsync_interval covers a crash of the machine. A partial step left by a killed process is truncated
/// when the file is opened again. A recording may be read while it is being written.
///
/// Thread safety: append() and sync() may be called from any thread; steps are written in the order of the calls. In a
/// child of fork(), append() and sync() throw std::logic_error, and close() and the destructor only close the file.
/// Cost: append() compresses on the calling thread, about 0.2 ms for a state of 240 kB, and makes one system call. No
/// thread. Memory: about 36 MB, see RecorderOptions::history_bytes. A state takes about a hundredth of its size if the
/// window still holds the same plane's previous one.
class KPLANE_API Recorder {
 public:
  /// Creates the file, or opens it to append. @throws ConfigError when it cannot be opened or an option is invalid;
  /// RecordingLocked when another Recorder has it open; RecordingError when it is not a recording, which leaves it
  /// unchanged; RecordingTooNew; RecordingWriteError
  explicit Recorder(const std::string& path, const RecorderOptions& options = {});
  /// Calls close(), ignoring its errors.
  ~Recorder();
  /// Takes over the file; the moved-from one throws std::logic_error when used.
  Recorder(Recorder&&) noexcept;
  /// Closes its own file, then takes over the other one's.
  Recorder& operator=(Recorder&&) noexcept;
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Writes a step. @throws ConfigError when the step cannot be written as JSON: an action that is not JSON, a reward
  /// that is not finite, no plane; DecodeError when a Secret's text is not JSON; RecordingWriteError when writing
  /// fails: the file is then as before the call, and the next call may succeed.
  ///
  /// If the step is written but the fsync of RecorderOptions::fsync_interval fails, this call returns, and the next
  /// append(), sync() or close() throws RecordingWriteError before it writes anything. So appending a step again after
  /// append() threw never writes it twice.
  void append(const Step& step);

  /// Blocks until everything appended, and a new file's directory entry, is on disk. @throws RecordingWriteError
  void sync();

  /// Ends the frame and closes the file. A second call does nothing; append() then throws std::logic_error.
  /// @throws RecordingWriteError; every step can still be read
  void close();

  /// How many steps this Recorder has written.
  [[nodiscard]] std::uint64_t steps() const;
  /// The current size of the file.
  [[nodiscard]] std::uint64_t file_bytes() const;
  /// How many bytes of an incomplete step were truncated when the file was opened: 0 unless a process was killed or
  /// lost its disk while writing.
  [[nodiscard]] std::uint64_t torn_bytes() const;

 private:
  class Impl;
  [[nodiscard]] Impl& impl() const;

  std::unique_ptr<Impl> impl_;  // none: moved from
};

}  // namespace kplane::rl
