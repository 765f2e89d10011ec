#include "rl/frames/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <kplane/rl/recording_error.hpp>

#include "rl/frames/standard_streams.hpp"

namespace kplane::rl::recording {

namespace {

std::string describe(int code) { return std::generic_category().message(code); }

/// Retries a call that was interrupted by a signal.
template <class Call>
auto uninterrupted(const Call& call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

int open_file(const std::string& path, int flags) {
  constexpr mode_t mode = 0600;  // recordings may contain sensitive state
  return above_standard_streams(uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); }));
}

[[noreturn]] void fail_to_open(const std::string& path, int code) {
  throw ConfigError("recording " + path + " cannot be opened: " + describe(code));
}

[[noreturn]] void fail_to_write(const std::string& path, const char* what, int code) {
  throw RecordingWriteError(
      "recording " + path + ": " + what + ": " + describe(code) + "; the steps recorded before are intact", code);
}

bool is_regular(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

File::File(std::string path, int descriptor) noexcept : path_(std::move(path)), descriptor_(descriptor) {}

File::File(File&& other) noexcept : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

File& File::operator=(File&& other) noexcept {
  if (this == &other) return *this;
  close();
  path_ = std::move(other.path_);
  descriptor_ = std::exchange(other.descriptor_, -1);
  return *this;
}

File::~File() { close(); }

void File::close() noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

File File::open_to_read(const std::string& path) {
  // Opening a pipe would block until there is a writer.
  File file(path, open_file(path, O_RDONLY | O_NONBLOCK));
  if (file.descriptor_ < 0) fail_to_open(path, errno);
  if (!is_regular(file.descriptor_)) throw ConfigError("recording " + path + " is not a regular file");
  return file;
}

File File::open_to_write(const std::string& path) {
  File file(path, open_file(path, O_RDWR | O_CREAT | O_NONBLOCK));
  if (file.descriptor_ < 0) fail_to_open(path, errno);
  if (!is_regular(file.descriptor_)) throw ConfigError("recording " + path + " is not a regular file");
  // flock() locks per open file, not per process, so two Recorders in one process exclude each other too.
  if (uninterrupted([&] { return ::flock(file.descriptor_, LOCK_EX | LOCK_NB); }) == 0) return file;
  if (errno != EWOULDBLOCK) throw ConfigError("recording " + path + " cannot be locked: " + describe(errno));
  throw RecordingLocked("recording " + path +
                        " is being written by another Recorder: record to another file, or close that one");
}

std::uint64_t File::size() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) {
    throw RecordingError("recording " + path_ + " cannot be examined: " + describe(errno));
  }
  return static_cast<std::uint64_t>(status.st_size);
}

std::size_t File::read_at(std::uint64_t offset, char* bytes, std::size_t size) const {
  std::size_t got = 0;
  while (got < size) {
    const auto more =
        uninterrupted([&] { return ::pread(descriptor_, bytes + got, size - got, static_cast<off_t>(offset + got)); });
    if (more < 0) throw RecordingError("recording " + path_ + " cannot be read: " + describe(errno));
    if (more == 0) break;
    got += static_cast<std::size_t>(more);
  }
  return got;
}

void File::write_at(std::uint64_t offset, std::string_view bytes) const {
  std::uint64_t at = offset;
  while (!bytes.empty()) {
    const auto written =
        uninterrupted([&] { return ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(at)); });
    if (written <= 0) {
      const int code = written == 0 ? ENOSPC : errno;
      // A partially written step is truncated at once; if even that fails, the next Recorder to open the file does it.
      static_cast<void>(uninterrupted([&] { return ::ftruncate(descriptor_, static_cast<off_t>(offset)); }));
      fail_to_write(path_, "it cannot be written", code);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    at += static_cast<std::uint64_t>(written);
  }
}

void File::truncate(std::uint64_t size) const {
  if (uninterrupted([&] { return ::ftruncate(descriptor_, static_cast<off_t>(size)); }) != 0) {
    fail_to_write(path_, "its incomplete end cannot be truncated", errno);
  }
}

void File::sync() const {
  if (uninterrupted([&] { return ::fdatasync(descriptor_); }) != 0) {
    fail_to_write(path_, "fsync failed", errno);
  }
}

void File::sync_directory() const {
  std::string directory = std::filesystem::path(path_).parent_path().string();
  if (directory.empty()) directory = ".";
  const int descriptor = open_file(directory, O_RDONLY | O_DIRECTORY);
  if (descriptor < 0) return;  // not readable: syncing the file itself must suffice
  const int code = uninterrupted([&] { return ::fsync(descriptor); }) == 0 ? 0 : errno;
  ::close(descriptor);
  // Some file systems cannot fsync directories and need not.
  if (code != 0 && code != EINVAL) fail_to_write(path_, "fsync of its directory failed", code);
}

}  // namespace kplane::rl::recording
