// FewFiles: a process that can open hardly any more files.
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <stdexcept>

namespace kplane::tests {

/// While it lives, the process can open `more` descriptors beside those that it has, none of them above the lowest free
/// one. Not for tests that run at the same time.
class FewFiles {
 public:
  explicit FewFiles(int more = 0) {
    const int lowest_free = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    ::close(lowest_free);
    if (::getrlimit(RLIMIT_NOFILE, &before_) != 0) throw std::runtime_error("no limit of open files");
    struct rlimit low = before_;
    low.rlim_cur = static_cast<rlim_t>(lowest_free + more);
    if (::setrlimit(RLIMIT_NOFILE, &low) != 0) throw std::runtime_error("the limit of open files cannot be set");
  }
  FewFiles(const FewFiles&) = delete;
  FewFiles& operator=(const FewFiles&) = delete;
  ~FewFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  struct rlimit before_ {};
};

#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer)
#define KPLANE_TESTS_NEED_FILES true
#endif
#endif
#ifndef KPLANE_TESTS_NEED_FILES
#define KPLANE_TESTS_NEED_FILES false
#endif

/// Whether the program itself cannot do without: Clang's undefined behaviour sanitizer asks by a pipe whether the
/// memory of an object can be read, and takes the object for invalid where there is none.
inline constexpr bool needs_files = KPLANE_TESTS_NEED_FILES;
inline constexpr const char* why_files_are_needed =
    "the undefined behaviour sanitizer needs files; other builds run this";

}  // namespace kplane::tests
