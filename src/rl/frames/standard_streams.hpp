// Keeps new descriptors away from the numbers of the standard streams, as the core does with its own.
#pragma once

#include <fcntl.h>
#include <unistd.h>

namespace kplane::rl {

/// A program that closed its standard streams gets their numbers for what it opens next, and whatever is then written
/// to standard output or error goes there. @param descriptor of a new file or socket, or -1
/// @return it, or a copy above the standard ones that replaces it; -1 with errno on failure, when it is closed
[[nodiscard]] inline int above_standard_streams(int descriptor) noexcept {
  if (descriptor < 0 || descriptor > STDERR_FILENO) return descriptor;
  const int above = ::fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  ::close(descriptor);
  return above;
}

}  // namespace kplane::rl
