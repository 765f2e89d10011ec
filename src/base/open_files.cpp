// libcurl does not report running out of descriptors, so a few are opened briefly to find out.
#include "base/open_files.hpp"

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace kplane::detail {

bool is_out_of_files(int error) noexcept { return error == EMFILE || error == ENFILE; }

std::string out_of_files_text() {
  std::string text = "too many open files: ";
  struct rlimit limit {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    text +=
        "this process is limited to " + std::to_string(limit.rlim_cur) + " (or the whole machine is at its limit); ";
  }
  return text +
         "raise the limit (ulimit -n), keep fewer files and connections open (ClientOptions::max_connections), "
         "or look for a file descriptor leak";
}

std::string system_error_text(int error) {
  return is_out_of_files(error) ? out_of_files_text() : std::generic_category().message(error);
}

bool lacks_files() noexcept {
  // More than one: the failed operation has released those it had opened before.
  std::array<int, 4> tried{};
  tried.fill(-1);
  bool lacks = false;
  for (int& one : tried) {
    one = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (one >= 0) continue;
    lacks = is_out_of_files(errno);
    break;
  }
  for (const int one : tried) {
    if (one >= 0) ::close(one);
  }
  return lacks;
}

}  // namespace kplane::detail
