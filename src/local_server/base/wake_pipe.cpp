#include "local_server/base/wake_pipe.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

namespace kplane::testing::server {

Descriptor::Descriptor(int fd) : fd_(fd) {
  if (fd_ >= 0) ::fcntl(fd_, F_SETFD, FD_CLOEXEC);  // otherwise errno tells why there is none
}

void Descriptor::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void Descriptor::reset(int fd) {
  close();
  fd_ = fd;
  ::fcntl(fd_, F_SETFD, FD_CLOEXEC);
}

WakePipe::WakePipe() : WakePipe(make()) {
  // Neither a full pipe nor an empty one may block anybody.
  ::fcntl(reading_.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(writing_.get(), F_SETFL, O_NONBLOCK);
}

void WakePipe::wake() const {
  const char byte = 0;
  while (::write(writing_.get(), &byte, 1) < 0 && errno == EINTR) {
  }
}

void WakePipe::drain() const {
  std::array<char, 64> bytes;
  ssize_t count = 0;
  do {
    count = ::read(reading_.get(), bytes.data(), bytes.size());
  } while (count > 0 || (count < 0 && errno == EINTR));
}

WakePipe::Ends WakePipe::make() {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::runtime_error("LocalServer: cannot make a pipe");
  return {ends[0], ends[1]};
}

}  // namespace kplane::testing::server
