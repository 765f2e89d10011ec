// File: a recording's file descriptor, with the errors of this library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kplane::rl::recording {

/// Thread-safe where it is only read. Move-only, and closed in the end.
class File {
 public:
  /// @throws ConfigError when it cannot be opened, or is no regular file
  [[nodiscard]] static File open_to_read(const std::string& path);
  /// Makes it if it is not there, and locks it. @throws ConfigError; RecordingLocked
  [[nodiscard]] static File open_to_write(const std::string& path);

  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// @throws RecordingError
  [[nodiscard]] std::uint64_t size() const;
  /// @return how many bytes there are, at most `size`; fewer only at the end of the file
  /// @throws RecordingError when it cannot be read
  [[nodiscard]] std::size_t read_at(std::uint64_t offset, char* bytes, std::size_t size) const;

  /// Writes all of it behind the first `offset` bytes, and leaves just those where that fails.
  /// @throws RecordingWriteError
  void write_at(std::uint64_t offset, std::string_view bytes) const;
  /// @throws RecordingWriteError
  void truncate(std::uint64_t size) const;
  /// Forces it to the disk. @throws RecordingWriteError
  void sync() const;
  /// Forces its name to the disk. @throws RecordingWriteError
  void sync_directory() const;

 private:
  File(std::string path, int descriptor) noexcept;
  void close() noexcept;

  std::string path_;
  int descriptor_;
};

}  // namespace kplane::rl::recording
