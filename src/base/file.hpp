// Reading small files, and seeing that they changed.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace kplane::detail {

/// What tells one state of a file from the next without reading it: a stat costs about a microsecond.
struct FileStamp {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  timespec modified{};

  friend bool operator==(const FileStamp& a, const FileStamp& b) noexcept {
    return a.device == b.device && a.inode == b.inode && a.size == b.size && a.modified.tv_sec == b.modified.tv_sec &&
           a.modified.tv_nsec == b.modified.tv_nsec;
  }
};

/// @return nullopt when there is no regular file
[[nodiscard]] std::optional<FileStamp> stamp_of(const std::string& path) noexcept;

enum class FileKind {
  regular,  ///< nothing else: a pipe would have to be waited for
  any,      ///< pipes and devices too, for what a person names: `<(…)`, /dev/null
};

/// How long a pipe or a terminal is waited for.
struct FilePatience {
  std::chrono::milliseconds for_writer{5'000};  ///< to come
  std::chrono::milliseconds for_more{30'000};   ///< to come from a writer
};

/// @param what of it the file is, for errors, such as `token file /run/token`; never its content
/// @throws ConfigError when it is not of that kind, cannot be read, is larger than `most_bytes`, or stays silent
[[nodiscard]] std::string read_file(const std::string& path, std::size_t most_bytes, const std::string& what,
                                    FileKind kind = FileKind::regular, const FilePatience& patience = {});

}  // namespace kplane::detail
