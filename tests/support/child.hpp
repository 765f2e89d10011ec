// Work in a forked child.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace kplane::tests {

/// Runs `work` in a child process, which is killed if it has not ended after a minute. @return its exit code: 0 where
/// `work` returned true; -1 where it was killed
template <class Work>
int in_child(Work work) {
  constexpr unsigned longest_seconds = 60;
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(longest_seconds);
    bool is_done = false;
    try {
      is_done = work();
    } catch (...) {
      is_done = false;
    }
    ::_exit(is_done ? 0 : 1);
  }
  int status = -1;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace kplane::tests
