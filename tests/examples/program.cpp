// Starting programs with posix_spawn, which unlike fork is safe in a process with many threads.
#include "program.hpp"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace kplane::tests {

namespace {

constexpr int kSignalBase = 128;  // as shells count

void check(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

struct Pipe {
  Pipe() {
    int ends[2] = {-1, -1};
    check(::pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno, "pipe2");
    read_end = ends[0];
    write_end = ends[1];
  }
  int read_end = -1;
  int write_end = -1;
};

std::vector<std::string> environment_for(const Environment& wanted) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string name(text.substr(0, text.find('=')));
    if (text.substr(0, 7) != "KPLANE_" && wanted.count(name) == 0) entries.emplace_back(text);
  }
  for (const auto& [name, value] : wanted) entries.push_back(name + '=' + value);
  return entries;
}

/// The form in which C takes lists of strings; valid as long as `strings` is.
std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

std::string read_all(int file) {
  std::string text;
  char piece[4096];
  while (true) {
    const ssize_t size = ::read(file, piece, sizeof piece);
    if (size > 0) text.append(piece, static_cast<std::size_t>(size));
    if (size == 0 || (size < 0 && errno != EINTR)) return text;
  }
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
}

}  // namespace

Program::Program(const std::string& path, const std::vector<std::string>& arguments, const Environment& environment) {
  std::vector<std::string> words{path};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> entries = environment_for(environment);
  const Pipe out;
  const Pipe err;
  out_ = out.read_end;
  err_ = err.read_end;
  posix_spawn_file_actions_t actions;
  check(::posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions_init");
  ::posix_spawn_file_actions_adddup2(&actions, out.write_end, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err.write_end, STDERR_FILENO);
  const int error =
      ::posix_spawn(&pid_, path.c_str(), &actions, nullptr, pointers(words).data(), pointers(entries).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(out.write_end);
  ::close(err.write_end);
  check(error, path.c_str());
}

Program::~Program() {
  if (pid_ > 0) {
    send_signal(SIGKILL);
    wait_for(pid_);
  }
  ::close(out_);
  ::close(err_);
}

std::string Program::read_line() {
  std::string line;
  for (char next = 0; ::read(out_, &next, 1) == 1 && next != '\n';) line += next;
  return line;
}

void Program::send_signal(int signal) const { ::kill(pid_, signal); }

ProgramResult Program::wait() {
  ProgramResult result;
  // Both at once: a program that fills one pipe while nobody reads it never ends.
  std::thread reader([&] { result.err = read_all(err_); });
  result.out = read_all(out_);
  reader.join();
  result.exit_code = wait_for(std::exchange(pid_, -1));
  return result;
}

}  // namespace kplane::tests
