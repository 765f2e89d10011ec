// What goes wrong with a recording.
//
//   Error
//   └── RecordingError            it is none, it is damaged, or it exceeds a limit
//       ├── RecordingLocked       another Recorder writes to it
//       ├── RecordingTooNew       a later version of the library wrote it
//       └── RecordingWriteError   the file did not take a step, as when the disk is full
#pragma once

#include <cstdint>
#include <string>

#include <kplane/error.hpp>
#include <kplane/export.hpp>

namespace kplane::rl {

/// A file that is no recording, one that is damaged, or one that exceeds a limit of RecordingOptions. The message names
/// the file and the place.
///
/// A file that cannot be opened is a ConfigError, as everywhere in this library.
class KPLANE_API RecordingError : public kplane::detail::ErrorMixin<RecordingError, Error> {
 public:
  /// @param message what what() returns
  explicit RecordingError(const std::string& message, bool retryable = false) : ErrorMixin(message, retryable) {}
};

/// Another Recorder, of this process or of another one, writes to the file: a recording has one writer at a time.
class KPLANE_API RecordingLocked : public kplane::detail::ErrorMixin<RecordingLocked, RecordingError> {
 public:
  /// @param message what what() returns
  explicit RecordingLocked(const std::string& message) : ErrorMixin(message, true) {}
};

/// A later version of this library wrote the recording, in a form that this one does not know.
class KPLANE_API RecordingTooNew : public kplane::detail::ErrorMixin<RecordingTooNew, RecordingError> {
 public:
  /// @param message what what() returns
  /// @param version what version() returns
  RecordingTooNew(const std::string& message, std::int64_t version) : ErrorMixin(message, false), version_(version) {}

  /// The version of the recording's form.
  [[nodiscard]] std::int64_t version() const noexcept { return version_; }

 private:
  std::int64_t version_;
};

/// The file did not take what was to be written, as when the disk is full. What the Recorder wrote before is still
/// there; the step of this call is not.
class KPLANE_API RecordingWriteError : public kplane::detail::ErrorMixin<RecordingWriteError, RecordingError> {
 public:
  /// @param message what what() returns
  /// @param code what code() returns
  RecordingWriteError(const std::string& message, int code) : ErrorMixin(message, true), code_(code) {}

  /// The system's number of the error, such as ENOSPC.
  [[nodiscard]] int code() const noexcept { return code_; }

 private:
  int code_;
};

}  // namespace kplane::rl
