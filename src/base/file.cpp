// Reads in chunks, since the size from stat() is only a hint.
#include "base/file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <kplane/error.hpp>

#include "base/open_files.hpp"

namespace kplane::detail {

namespace {

[[noreturn]] void fail(const std::string& what, const std::string& why) {
  throw ConfigError(what + " cannot be read: " + why);
}

class OpenFile {
 public:
  /// Opened non-blocking: what was a regular file a moment ago may by now be a pipe without a writer.
  explicit OpenFile(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  OpenFile(OpenFile&&) = delete;
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile() {
    if (is_open()) ::close(descriptor_);
  }

  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] std::optional<struct stat> look() const noexcept {
    struct stat info {};
    return ::fstat(descriptor_, &info) == 0 ? std::optional(info) : std::nullopt;
  }
  /// @return how many bytes were read, 0 at the end, or -1 with errno
  ssize_t read(char* to, std::size_t most) const noexcept {
    for (;;) {
      const ssize_t size = ::read(descriptor_, to, most);
      if (size >= 0 || errno != EINTR) return size;
    }
  }
  /// Waits until there is something to read or the last writer is gone. @return whether that happened within `patience`
  [[nodiscard]] bool wait(std::chrono::milliseconds patience) const noexcept {
    pollfd watched{descriptor_, POLLIN, 0};
    int found = 0;
    do {
      found = ::poll(&watched, 1, static_cast<int>(patience.count()));
    } while (found < 0 && errno == EINTR);
    return found != 0;
  }

 private:
  int descriptor_;
};

/// An anonymous pipe, such as `<(…)`, cannot get another writer.
bool may_get_writer(const std::string& path, const std::optional<struct stat>& info) {
  std::error_code error;
  static_cast<void>(std::filesystem::canonical(path, error));
  return info && S_ISFIFO(info->st_mode) && !error;
}

/// Waits, within limits, for a pipe that has no data yet.
class PatientFile {
 public:
  PatientFile(const OpenFile& file, bool may_get_writer, const FilePatience& patience, const std::string& what)
      : file_(file), writer_is_awaited_(may_get_writer), patience_(patience), what_(what) {}

  /// @return how many bytes were read, 0 at the end
  std::size_t read(char* to, std::size_t most) {
    for (;;) {
      const ssize_t size = file_.read(to, most);
      if (size < 0 && errno != EAGAIN) fail(what_, system_error_text(errno));
      if (size == 0 && !writer_is_awaited_) return 0;
      if (size == 0 && !file_.wait(patience_.for_writer)) fail(what_, "it is a pipe without a writer");
      writer_is_awaited_ = false;
      if (size > 0) return static_cast<std::size_t>(size);
      if (size < 0 && !file_.wait(patience_.for_more)) {
        fail(what_,
             "it is not a regular file, and no data arrived for " + std::to_string(patience_.for_more.count()) + " ms");
      }
    }
  }

 private:
  const OpenFile& file_;
  bool writer_is_awaited_;
  const FilePatience& patience_;
  const std::string& what_;
};

std::string read_all(PatientFile file, std::size_t expected, std::size_t most_bytes, const std::string& what) {
  // One byte more than expected: the file may be growing, or report no size at all.
  std::string text(expected + 1, '\0');
  std::size_t size = 0;
  for (;;) {
    const std::size_t got = file.read(text.data() + size, text.size() - size);
    if (got == 0) break;
    size += got;
    if (size > most_bytes) fail(what, "too large");
    if (size == text.size()) text.resize(std::min(2 * size + 4096, most_bytes + 1));
  }
  text.resize(size);
  return text;
}

}  // namespace

std::optional<FileStamp> stamp_of(const std::string& path) noexcept {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return FileStamp{info.st_dev, info.st_ino, info.st_size, info.st_mtim};
}

std::string read_file(const std::string& path, std::size_t most_bytes, const std::string& what, FileKind kind,
                      const FilePatience& patience) {
  if (path.find('\0') != std::string::npos) fail(what, "its name contains a NUL byte");
  const OpenFile file(path);
  if (!file.is_open()) fail(what, system_error_text(errno));
  const std::optional<struct stat> info = file.look();
  const bool is_regular = info && S_ISREG(info->st_mode);
  if (!is_regular && kind == FileKind::regular) fail(what, "not a regular file");
  const std::size_t size = is_regular ? static_cast<std::size_t>(info->st_size) : 0;
  if (size > most_bytes) fail(what, "too large");
  return read_all({file, may_get_writer(path, info), patience, what}, size, most_bytes, what);
}

}  // namespace kplane::detail
