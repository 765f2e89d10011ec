// Writes a file under a temporary name in the same directory and then renames it.
#include "config/private_file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <kplane/error.hpp>

#include "base/descriptor.hpp"
#include "base/open_files.hpp"
#include "base/standard_streams.hpp"

namespace kplane::config {

namespace {

namespace fs = std::filesystem;

constexpr const char* random_part = ".XXXXXX";

[[noreturn]] void fail(const std::string& what, int error) {
  throw ConfigError(what + ": " + detail::system_error_text(error));
}

/// A temporary file in the same directory; the destructor removes it unless it has replaced the target.
class Replacement {
 public:
  explicit Replacement(const std::string& path)
      : path_(path),
        name_(path + random_part),
        file_(detail::above_standard_streams(::mkostemp(name_.data(), O_CLOEXEC))) {
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

/// Renaming would replace /dev/null with a regular file.
void refuse_devices(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return;
  if (!S_ISREG(info.st_mode) && !S_ISLNK(info.st_mode)) {
    throw ConfigError(path + " cannot be written: it is not a regular file");
  }
}

/// A directory itself, whatever has its name later, and never what a link leads to.
class OpenDirectory {
 public:
  /// @param parent AT_FDCWD, or where `name` is
  OpenDirectory(int parent, const char* name) noexcept
      : place_(::openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) {}

  [[nodiscard]] bool is_open() const noexcept { return place_.is_open(); }
  /// fchmod() does not take a descriptor of O_PATH, and another one may need the access that is to be given.
  void give_access_to_owner() const noexcept {
    std::array<char, 32> link{};
    std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", place_.get());
    if (::chmod(link.data(), S_IRWXU) == 0) return;
    const detail::Descriptor readable = reopened();  // where there is no /proc
    if (readable.is_open()) static_cast<void>(::fchmod(readable.get(), S_IRWXU));
  }
  /// Empty if it cannot be read.
  [[nodiscard]] std::vector<std::string> entries() const {
    std::vector<std::string> names;
    detail::Descriptor readable = reopened();
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(readable.get()), &::closedir);
    if (!stream) return names;
    static_cast<void>(readable.release());
    while (const dirent* entry = ::readdir(stream.get())) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    return names;
  }
  [[nodiscard]] int descriptor() const noexcept { return place_.get(); }

 private:
  [[nodiscard]] detail::Descriptor reopened() const noexcept {
    return detail::Descriptor(::openat(place_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }

  detail::Descriptor place_;
};

/// Gives the owner access to a directory and its subdirectories. Best effort: the removal that follows reports
/// failures.
void open_up(int parent, const char* name, int levels) {
  const OpenDirectory directory(parent, name);
  if (!directory.is_open()) return;
  directory.give_access_to_owner();
  if (levels == 0) return;
  for (const std::string& entry : directory.entries()) open_up(directory.descriptor(), entry.c_str(), levels - 1);
}

/// Removes the directory's own files, such as a credential, even if a subdirectory cannot be removed.
void remove_files(const std::string& path) {
  const OpenDirectory directory(AT_FDCWD, path.c_str());
  if (!directory.is_open()) return;
  for (const std::string& entry : directory.entries()) {
    static_cast<void>(::unlinkat(directory.descriptor(), entry.c_str(), 0));  // which fails for a directory
  }
}

}  // namespace

void write_private_file(const std::string& path, std::string_view content) {
  if (path.empty()) throw ConfigError("the path of the file to write is empty");
  if (path.find('\0') != std::string::npos) throw ConfigError("the path of the file to write contains a NUL byte");
  refuse_devices(path);
  Replacement replacement(path);
  replacement.write(content);
  replacement.take_place();
}

std::string make_private_directory(std::string_view prefix) {
  std::error_code error;
  fs::path parent = fs::temp_directory_path(error);
  if (!error) parent = fs::absolute(parent, error);
  if (error) fail("the directory for temporary files (see TMPDIR) cannot be used", error.value());
  std::string path = (parent / prefix).string() + random_part;
  if (::mkdtemp(path.data()) == nullptr) fail("no directory can be created in " + parent.string(), errno);
  return path;
}

void remove_private_directory(const std::string& path) {
  constexpr int most_levels = 200;  // each has a descriptor open
  std::error_code error;
  open_up(AT_FDCWD, path.c_str(), 0);
  remove_files(path);
  fs::remove_all(path, error);
  if (error) {
    open_up(AT_FDCWD, path.c_str(), most_levels);
    fs::remove_all(path, error);
  }
  if (error) fail(path + " cannot be removed", error.value());
}

}  // namespace kplane::config
