// Reading in pieces, since a size that was looked up says little about what is read.
#include "config/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <kplane/error.hpp>

namespace kplane::config {

namespace {

[[noreturn]] void fail(const std::string& what, const char* why) {
  throw ConfigError(what + " cannot be read: " + why);
}

class OpenFile {
 public:
  /// A regular file is not waited for: what was one a moment ago may be a pipe by now, which nobody writes to.
  OpenFile(const std::string& path, FileKind kind)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | (kind == FileKind::regular ? O_NONBLOCK : 0))) {}
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

 private:
  int descriptor_;
};

std::string read_all(const OpenFile& file, std::size_t expected, std::size_t most_bytes, const std::string& what) {
  // One byte more than it should have: it may be growing, or claim no size at all.
  std::string text(expected + 1, '\0');
  std::size_t size = 0;
  for (;;) {
    const ssize_t got = file.read(text.data() + size, text.size() - size);
    if (got < 0) fail(what, std::strerror(errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
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

std::string read_file(const std::string& path, std::size_t most_bytes, const std::string& what, FileKind kind) {
  if (path.find('\0') != std::string::npos) fail(what, "its name holds a NUL byte");
  const OpenFile file(path, kind);
  if (!file.is_open()) fail(what, std::strerror(errno));
  const std::optional<struct stat> info = file.look();
  const bool is_regular = info && S_ISREG(info->st_mode);
  if (!is_regular && kind == FileKind::regular) fail(what, "not a regular file");
  const std::size_t size = is_regular ? static_cast<std::size_t>(info->st_size) : 0;
  if (size > most_bytes) fail(what, "too large");
  return read_all(file, size, most_bytes, what);
}

}  // namespace kplane::config
