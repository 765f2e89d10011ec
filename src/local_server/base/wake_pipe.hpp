// A pipe that wakes a thread which polls its reading end.
#pragma once

#include <utility>

namespace kplane::testing::server {

/// An owned file descriptor, not inherited by child processes.
class Descriptor {
 public:
  /// @param fd negative: none; errno stays as it is
  explicit Descriptor(int fd);
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  [[nodiscard]] int get() const noexcept { return fd_; }
  void close();
  /// Closes the one it has and takes another.
  void reset(int fd);

 private:
  int fd_;
};

/// Thread safety: wake() and drain() may be called from any thread.
class WakePipe {
 public:
  /// @throws std::runtime_error when there are no file descriptors left.
  WakePipe();
  [[nodiscard]] int reading_end() const noexcept { return reading_.get(); }
  /// Makes the reading end readable until drain().
  void wake() const;
  void drain() const;

 private:
  struct Ends {
    int reading;
    int writing;
  };
  explicit WakePipe(Ends ends) : reading_(ends.reading), writing_(ends.writing) {}
  static Ends make();

  Descriptor reading_;
  Descriptor writing_;
};

}  // namespace kplane::testing::server
