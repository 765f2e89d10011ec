// Starts the agent with posix_spawn and waits for it.
#include "child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace handoff {

namespace {

void check(bool done, int error, const std::string& what) {
  if (!done) throw std::system_error(error, std::generic_category(), what);
}

/// The agent must not inherit this process's open files: its connections carry the trainer's credentials.
class NothingElseOpen {
 public:
  NothingElseOpen() {
    const int error = ::posix_spawn_file_actions_init(&actions_);
    check(error == 0, error, "posix_spawn");
#if defined(__GLIBC__) && (__GLIBC__ > 2 || (__GLIBC__ == 2 && __GLIBC_MINOR__ >= 34))
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
#endif
  }
  NothingElseOpen(const NothingElseOpen&) = delete;
  NothingElseOpen& operator=(const NothingElseOpen&) = delete;
  ~NothingElseOpen() { ::posix_spawn_file_actions_destroy(&actions_); }

  [[nodiscard]] const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

int wait_for(pid_t child) {
  constexpr int kSignalBase = 128;  // as in shells
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) check(errno == EINTR, errno, "waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
}

}  // namespace

std::string search_path() {
  const char* value = std::getenv("PATH");
  return value != nullptr ? value : "/usr/local/bin:/usr/bin:/bin";
}

bool is_installed(std::string_view program) {
  const std::string path = search_path();
  for (std::string_view rest = path; !rest.empty();) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::filesystem::path candidate = std::filesystem::path(rest.substr(0, end)) / program;
    if (::access(candidate.c_str(), X_OK) == 0) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

int run_program(const std::string& program, std::vector<std::string> environment) {
  std::vector<char*> lines;
  for (std::string& line : environment) lines.push_back(line.data());
  lines.push_back(nullptr);
  std::string name = program;
  const std::array<char*, 2> arguments{name.data(), nullptr};
  pid_t child = 0;
  const NothingElseOpen actions;
  const int error = ::posix_spawn(&child, program.c_str(), actions.get(), nullptr, arguments.data(), lines.data());
  check(error == 0, error, program);
  return wait_for(child);
}

}  // namespace handoff
