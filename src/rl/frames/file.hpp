// A recording's file descriptor, with the library's errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kplane::rl::recording {

/// Reading is thread-safe. Move-only; the destructor closes it.
class File {
 public:
  /// @throws ConfigError when it cannot be opened or is not a regular file
  [[nodiscard]] static File open_to_read(const std::string& path);
  /// Creates it if missing, and locks it. @throws ConfigError; RecordingLocked
  [[nodiscard]] static File open_to_write(const std::string& path);

  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// @throws RecordingError
  [[nodiscard]] std::uint64_t size() const;
  /// @return the number of bytes read, at most `size`; fewer only at the end of the file
  /// @throws RecordingError when it cannot be read
  [[nodiscard]] std::size_t read_at(std::uint64_t offset, char* bytes, std::size_t size) const;

  /// Writes all of `bytes` at `offset`; on failure, truncates the file to `offset`.
  /// @throws RecordingWriteError
  void write_at(std::uint64_t offset, std::string_view bytes) const;
  /// @throws RecordingWriteError
  void truncate(std::uint64_t size) const;
  /// fsync. @throws RecordingWriteError
  void sync() const;
  /// fsync of its directory. @throws RecordingWriteError
  void sync_directory() const;

 private:
  File(std::string path, int descriptor) noexcept;
  void close() noexcept;

  std::string path_;
  int descriptor_;
};

}  // namespace kplane::rl::recording
