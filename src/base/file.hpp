// Reads small files and detects changes to them.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace kplane::detail {

/// Distinguishes versions of a file without reading it: a stat costs about a microsecond.
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
  regular,  ///< regular files only: reading a pipe can block
  any,      ///< also pipes and devices, for paths that a person gives: `<(…)`, /dev/null
};

/// How long to wait for a pipe or a terminal.
struct FilePatience {
  std::chrono::milliseconds for_writer{5'000};  ///< until a writer opens the pipe
  std::chrono::milliseconds for_more{30'000};   ///< until a writer sends more
};

/// @param what describes the file in errors, such as `token file /run/token`; never its content
/// @throws ConfigError when it is not of that kind, cannot be read, is larger than `most_bytes`, or stays silent
[[nodiscard]] std::string read_file(const std::string& path, std::size_t most_bytes, const std::string& what,
                                    FileKind kind = FileKind::regular, const FilePatience& patience = {});

}  // namespace kplane::detail
