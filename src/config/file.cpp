// Reading in pieces, since a size that was looked up says little about what is read.
#include "config/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <kplane/error.hpp>

namespace kplane::config {

namespace {

[[noreturn]] void fail(const std::string& what, const char* why) {
  throw ConfigError(what + " cannot be read: " + why);
}

std::string read_all(std::ifstream& file, std::size_t expected, std::size_t most_bytes, const std::string& what) {
  // One byte more than it should have: it may be growing, or claim no size at all.
  std::string text(expected + 1, '\0');
  std::size_t size = 0;
  while (file.read(text.data() + size, static_cast<std::streamsize>(text.size() - size)).gcount() > 0) {
    size += static_cast<std::size_t>(file.gcount());
    if (size > most_bytes) fail(what, "too large");
    if (size == text.size()) text.resize(std::min(2 * size + 4096, most_bytes + 1));
  }
  if (file.bad()) fail(what, "it broke off");
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
  errno = 0;
  const std::optional<FileStamp> stamp = stamp_of(path);
  if (!stamp && kind == FileKind::regular) fail(what, errno != 0 ? std::strerror(errno) : "not a regular file");
  const std::size_t size = stamp ? static_cast<std::size_t>(stamp->size) : 0;
  if (size > most_bytes) fail(what, "too large");
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) fail(what, std::strerror(errno));
  return read_all(file, size, most_bytes, what);
}

}  // namespace kplane::config
