#include "process/traced.hpp"

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>

extern char** environ;

namespace kplane::tests {
namespace {

constexpr int signal_base = 128;
constexpr int cannot_trace = 126;

std::vector<std::string> entries_of(const Environment& wanted) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (text.substr(0, 7) != "KPLANE_" && text.substr(0, 13) != "ASAN_OPTIONS=") entries.emplace_back(text);
  }
  for (const auto& [name, value] : wanted) entries.push_back(name + '=' + value);
  entries.emplace_back("ASAN_OPTIONS=detect_leaks=0");  // the leak sanitizer is a tracer itself
  return entries;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Only what is allowed between fork() and exec() in a process that has threads.
[[noreturn]] void become(char* const* words, char* const* entries) {
  if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(cannot_trace);
  ::execve(words[0], words, entries);
  ::_exit(cannot_trace);
}

class Tracer {
 public:
  Tracer(pid_t process, Calls calls, std::size_t kill_at) : process_(process), calls_(calls), kill_at_(kill_at) {}

  std::optional<TracedRun> run() {
    int status = 0;
    if (!wait_for(process_, status) || !WIFSTOPPED(status)) return std::nullopt;
    constexpr long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
    if (::ptrace(PTRACE_SETOPTIONS, process_, nullptr, options) != 0) return std::nullopt;
    resume(process_, 0);
    for (;;) {
      const pid_t thread = wait_for(-1, status);
      if (thread < 0) return run_;
      if (!WIFSTOPPED(status)) {
        if (thread == process_) run_.exit_code = exit_code_of(status);
        continue;
      }
      resume(thread, signal_for(thread, status));
    }
  }

 private:
  static pid_t wait_for(pid_t process, int& status) {
    pid_t found = 0;
    do {
      found = ::waitpid(process, &status, __WALL);
    } while (found < 0 && errno == EINTR);
    return found;
  }

  static int exit_code_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : signal_base + WTERMSIG(status);
  }

  static void resume(pid_t thread, int signal) {
    static_cast<void>(::ptrace(PTRACE_SYSCALL, thread, nullptr, static_cast<long>(signal)));
  }

  /// The signal that the stopped thread is to get.
  int signal_for(pid_t thread, int status) {
    const int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) {
      look_at_call(thread);
      return 0;
    }
    const bool is_of_tracing = signal == SIGTRAP || signal == SIGSTOP;
    return is_of_tracing ? 0 : signal;
  }

  void look_at_call(pid_t thread) {
    __ptrace_syscall_info info{};
    if (::ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0) return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) is_send_ = info.entry.nr == SYS_sendto || info.entry.nr == SYS_sendmsg;
    if (is_send_) has_sent_ = true;
    const bool counts = calls_ == Calls::sends ? is_send_ : has_sent_;
    if (counts && ++run_.stops == kill_at_) ::kill(process_, SIGKILL);
  }

  const pid_t process_;
  const Calls calls_;
  const std::size_t kill_at_;
  TracedRun run_;
  bool is_send_ = false;  // the call that was last seen to begin: the one that ends next, as good as always
  bool has_sent_ = false;
};

}  // namespace

std::optional<TracedRun> run_traced(const std::string& path, const std::vector<std::string>& arguments,
                                    const Environment& environment, Calls calls, std::size_t kill_at) {
  std::vector<std::string> words{path};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> entries = entries_of(environment);
  const std::vector<char*> word_pointers = pointers_to(words);
  const std::vector<char*> entry_pointers = pointers_to(entries);
  const pid_t process = ::fork();
  if (process == 0) become(word_pointers.data(), entry_pointers.data());
  return Tracer(process, calls, kill_at).run();
}

}  // namespace kplane::tests
