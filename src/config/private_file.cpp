// A file is written under another name beside its own, and then renamed.
#include "config/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <kplane/error.hpp>

namespace kplane::config {

namespace {

constexpr const char* random_part = ".XXXXXX";

[[noreturn]] void fail(const std::string& what, int error) {
  throw ConfigError(what + ": " + std::generic_category().message(error));
}

/// A new file beside the one that it is to replace; gone at the end unless it did.
class Replacement {
 public:
  explicit Replacement(const std::string& path)
      : path_(path), name_(path + random_part), file_(::mkostemp(name_.data(), O_CLOEXEC)) {
    if (file_ < 0) refuse();
  }
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;
  Replacement(Replacement&&) = delete;
  Replacement& operator=(Replacement&&) = delete;
  ~Replacement() {
    ::close(file_);
    if (!name_.empty()) ::unlink(name_.c_str());
  }

  void write(std::string_view content) {
    if (::fchmod(file_, S_IRUSR | S_IWUSR) != 0) refuse();
    while (!content.empty()) {
      const ssize_t written = ::write(file_, content.data(), content.size());
      if (written < 0 && errno != EINTR) refuse();
      if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(file_) != 0) refuse();
  }

  void take_place() {
    if (std::rename(name_.c_str(), path_.c_str()) != 0) refuse();
    name_.clear();
  }

 private:
  [[noreturn]] void refuse() const { fail(path_ + " cannot be written", errno); }

  const std::string& path_;
  std::string name_;
  int file_;
};

}  // namespace

void write_private_file(const std::string& path, std::string_view content) {
  if (path.empty()) throw ConfigError("the path of the file to write is empty");
  if (path.find('\0') != std::string::npos) throw ConfigError("the path of the file to write holds a NUL byte");
  Replacement replacement(path);
  replacement.write(content);
  replacement.take_place();
}

std::string make_private_directory(std::string_view prefix) {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  if (error) fail("the directory for temporary files, which TMPDIR names, cannot be used", error.value());
  std::string path = (parent / prefix).string() + random_part;
  if (::mkdtemp(path.data()) == nullptr) fail("no directory can be made in " + parent.string(), errno);
  return path;
}

void remove_private_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) fail(path + " cannot be removed", error.value());
}

}  // namespace kplane::config
