// The errors of recordings.
//
//   Error
//   └── RecordingError            not a recording, damaged, or exceeds a limit
//       ├── RecordingLocked       another Recorder writes to it
//       ├── RecordingTooNew       a later version of the library wrote it
//       └── RecordingWriteError   writing a step failed, for example because the disk is full
#pragma once

#include <cstdint>
#include <string>

#include <kplane/error.hpp>
#include <kplane/export.hpp>

namespace kplane::rl {

/// The file is not a recording, is damaged, or exceeds a limit of RecordingOptions. The message names the file and the
/// position.
///
/// A file that cannot be opened is a ConfigError, as elsewhere in this library.
class KPLANE_API RecordingError : public kplane::detail::ErrorMixin<RecordingError, Error> {
 public:
  /// @param message what what() returns
  explicit RecordingError(const std::string& message, bool retryable = false) : ErrorMixin(message, retryable) {}
};

/// Another Recorder, in this process or another one, is writing to the file: a recording has one writer at a time.
class KPLANE_API RecordingLocked : public kplane::detail::ErrorMixin<RecordingLocked, RecordingError> {
 public:
  /// @param message what what() returns
  explicit RecordingLocked(const std::string& message) : ErrorMixin(message, true) {}
};

/// A later version of this library wrote the recording, in a format that this one does not know.
class KPLANE_API RecordingTooNew : public kplane::detail::ErrorMixin<RecordingTooNew, RecordingError> {
 public:
  /// @param message what what() returns
  /// @param version what version() returns
  RecordingTooNew(const std::string& message, std::int64_t version) : ErrorMixin(message, false), version_(version) {}

  /// The version of the recording's format.
  [[nodiscard]] std::int64_t version() const noexcept { return version_; }

 private:
  std::int64_t version_;
};

/// Writing failed, for example because the disk is full. Earlier steps are still in the file; the step of this call is
/// not.
class KPLANE_API RecordingWriteError : public kplane::detail::ErrorMixin<RecordingWriteError, RecordingError> {
 public:
  /// @param message what what() returns
  /// @param code what code() returns
  RecordingWriteError(const std::string& message, int code) : ErrorMixin(message, true), code_(code) {}

  /// The `errno` value, such as ENOSPC.
  [[nodiscard]] int code() const noexcept { return code_; }

 private:
  int code_;
};

}  // namespace kplane::rl
