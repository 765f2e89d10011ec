// Uses posix_spawn, two pipes, and a poll that a stop interrupts. Not fork(): other threads may hold locks that the
// child needs.
#include "auth/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <system_error>
#include <utility>

#include "base/clock.hpp"
#include "base/descriptor.hpp"
#include "base/environment_variable.hpp"
#include "base/excerpt.hpp"
#include "base/standard_streams.hpp"

namespace kplane::auth {

namespace {

using detail::Descriptor;
using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

void require(int error, const char* what) {
  if (error != 0) fail(error, what);
}

struct Pipe {
  Descriptor reading;
  Descriptor writing;
};

/// The child's standard streams are set up on the numbers below.
Descriptor above_standard(Descriptor descriptor) {
  const int number = detail::above_standard_streams(descriptor.release());
  if (number < 0) fail(errno, "fcntl");
  return Descriptor(number);
}

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(errno, "pipe");
  // Only this end: the child's end must block when the pipe is full.
  if (::fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) fail(errno, "fcntl");
  Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  return {above_standard(std::move(reading)), above_standard(std::move(writing))};
}

/// Makes a stop request readable for poll().
class StopPipe final : public detail::StopListener {
 public:
  StopPipe() : pipe_(make_pipe()) {}
  void on_stop() noexcept override {
    const char mark = 0;
    static_cast<void>(::write(pipe_.writing.get(), &mark, 1));
  }
  [[nodiscard]] int reading_end() const noexcept { return pipe_.reading.get(); }

 private:
  Pipe pipe_;
};

class FileActions {
 public:
  FileActions() { require(posix_spawn_file_actions_init(&actions_), "posix_spawn_file_actions_init"); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  FileActions(FileActions&&) = delete;
  FileActions& operator=(FileActions&&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }

  void open_nothing(int as) {
    require(posix_spawn_file_actions_addopen(&actions_, as, "/dev/null", O_RDONLY, 0), "posix_spawn");
  }
  void give(int number, int as) { require(posix_spawn_file_actions_adddup2(&actions_, number, as), "posix_spawn"); }
  void close_from([[maybe_unused]] int first) {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || (__GLIBC__ == 2 && __GLIBC_MINOR__ >= 34))
    require(posix_spawn_file_actions_addclosefrom_np(&actions_, first), "posix_spawn");
#endif
  }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

// A new session has no terminal, so a program that prompts fails at once instead of being suspended in the background.
#if defined(POSIX_SPAWN_SETSID)
constexpr int own_group = POSIX_SPAWN_SETSID;
#else
constexpr int own_group = POSIX_SPAWN_SETPGROUP;
#endif

/// A new process group, and default signal handling.
class Attributes {
 public:
  Attributes() {
    require(posix_spawnattr_init(&attributes_), "posix_spawnattr_init");
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    constexpr int flags = own_group | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    require(posix_spawnattr_setflags(&attributes_, static_cast<short>(flags)), "posix_spawnattr");
    require(posix_spawnattr_setpgroup(&attributes_, 0), "posix_spawnattr");
    require(posix_spawnattr_setsigmask(&attributes_, &none), "posix_spawnattr");
    require(posix_spawnattr_setsigdefault(&attributes_, &all), "posix_spawnattr");
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  Attributes(Attributes&&) = delete;
  Attributes& operator=(Attributes&&) = delete;
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }

  [[nodiscard]] const posix_spawnattr_t* get() const noexcept { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  // exec's signature predates const; it does not write.
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// Searches PATH as posix_spawnp does, but ignores relative entries: anybody may have put a program of that name below
/// the current directory.
std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  bool is_denied = false;
  std::istringstream directories(detail::environment_variable("PATH").value_or("/bin:/usr/bin"));
  for (std::string directory; std::getline(directories, directory, ':');) {
    if (directory.empty() || directory.front() != '/') continue;
    std::string file = std::filesystem::path(directory) / name;
    std::error_code ignored;  // such as for a directory that this user may not read
    if (!std::filesystem::is_regular_file(file, ignored)) continue;
    if (::access(file.c_str(), X_OK) == 0) return file;
    is_denied = true;
  }
  if (is_denied) fail(EACCES, name);
  throw NotInPath(name);
}

/// A running child; the destructor kills it if it is still running.
class Child {
 public:
  explicit Child(const ChildProgram& program) : output_(make_pipe()), errors_(make_pipe()) {
    FileActions actions;
    actions.open_nothing(STDIN_FILENO);
    actions.give(output_.writing.get(), STDOUT_FILENO);
    actions.give(errors_.writing.get(), STDERR_FILENO);
    actions.close_from(STDERR_FILENO + 1);
    const Attributes attributes;
    const std::vector<char*> arguments = pointers_to(program.arguments);
    const std::vector<char*> environment = pointers_to(program.environment);
    const std::string file = find_program(program.arguments.front());
    const int error =
        posix_spawn(&id_, file.c_str(), actions.get(), attributes.get(), arguments.data(), environment.data());
    if (error != 0) fail(error, file);
    output_.writing.close();
    errors_.writing.close();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&&) = delete;
  Child& operator=(Child&&) = delete;
  ~Child() {
    if (ended_) return;
    ::kill(-id_, SIGKILL);
    reap();
  }

  [[nodiscard]] Descriptor& output() noexcept { return output_.reading; }
  [[nodiscard]] Descriptor& errors() noexcept { return errors_.reading; }

  /// @return whether it has ended; `result` then says how
  bool has_ended(ChildResult& result) {
    int status = 0;
    const pid_t seen = ::waitpid(id_, &status, WNOHANG);
    if (seen == 0 || (seen < 0 && errno == EINTR)) return false;
    ended_ = true;
    // Other code, such as a SIGCHLD handler, may have reaped it: then only its output counts.
    if (seen < 0) return true;
    if (WIFSIGNALED(status)) {
      result.end = ChildResult::End::signaled;
      result.code = WTERMSIG(status);
    } else {
      result.code = WEXITSTATUS(status);
    }
    return true;
  }

 private:
  /// After a kill it ends almost at once. One that has changed its user cannot be killed and is not waited for: it
  /// becomes a zombie when it ends, until this process ends.
  void reap() const noexcept {
    constexpr std::chrono::seconds moment{1};
    const Clock::time_point give_up = Clock::now() + moment;
    int status = 0;
    for (;;) {
      const pid_t seen = ::waitpid(id_, &status, WNOHANG);
      if (seen > 0 || (seen < 0 && errno != EINTR) || Clock::now() >= give_up) return;
      ::poll(nullptr, 0, 1);
    }
  }

  Pipe output_;
  Pipe errors_;
  pid_t id_ = -1;
  bool ended_ = false;
};

/// Reads what is available now, but a bounded amount: a child that writes without end must not starve the other
/// descriptors. @return whether more may come
bool take(const Descriptor& from, std::string& to) {
  constexpr int most_pieces = 16;
  std::array<char, 4096> piece{};
  for (int i = 0; i < most_pieces; ++i) {
    const ssize_t size = ::read(from.get(), piece.data(), piece.size());
    if (size < 0) return errno == EINTR || errno == EAGAIN;
    if (size == 0) return false;
    to.append(piece.data(), static_cast<std::size_t>(size));
  }
  return true;
}

class ChildIo {
 public:
  ChildIo(const ChildProgram& program, const http::WaitLimits& limits)
      : program_(program), limits_(limits), child_(program) {}

  ChildResult run() {
    const detail::StopListening listening(limits_.stops, stop_);
    while (!is_over()) wait();
    return std::move(result_);
  }

 private:
  bool is_over() {
    if (limits_.stops.stop_requested()) return end(ChildResult::End::stopped);
    if (result_.output.size() > program_.most_output) return end(ChildResult::End::too_much_output);
    if (child_.has_ended(result_) && take_rest()) return true;  // it ended in time, even if noticed late
    return Clock::now() >= limits_.deadline && end(ChildResult::End::out_of_time);
  }

  /// Reads the rest of its output. Programs that it left running may keep the pipe open.
  bool take_rest() {
    std::size_t before = 0;
    do {
      before = result_.output.size();
      take_output();
    } while (result_.output.size() > before && result_.output.size() <= program_.most_output);
    take_errors();
    if (result_.output.size() > program_.most_output) result_.end = ChildResult::End::too_much_output;
    return true;
  }

  void take_output() {
    if (!child_.output().is_open()) return;
    if (!take(child_.output(), result_.output)) child_.output().close();
  }
  void take_errors() {
    if (!child_.errors().is_open()) return;
    if (!take(child_.errors(), result_.errors)) child_.errors().close();
    std::string& errors = result_.errors;
    std::size_t dropped = 0;
    if (errors.size() > program_.most_errors) {
      dropped = errors.size() - program_.most_errors;
      skips_line_ = true;
    }
    if (skips_line_) {
      const std::size_t end = errors.find('\n', dropped);
      skips_line_ = end == std::string::npos;
      dropped = skips_line_ ? errors.size() : end + 1;
    }
    const std::string_view beginning = std::string_view(errors).substr(0, dropped);
    if (detail::prose(beginning).size() < beginning.size()) is_within_object_ = true;
    errors.erase(0, is_within_object_ ? std::string::npos : dropped);
  }

  bool end(ChildResult::End how) {
    result_.end = how;
    return true;
  }

  void wait() {
    constexpr detail::Milliseconds between_looks{10};  // it may end without closing its output
    auto time = std::min(detail::until(limits_.deadline, Clock::now()), between_looks);
    if (limits_.idle_work != nullptr) limits_.idle_work->work(std::exchange(time, {}));
    std::array<pollfd, 3> watched{
        {{stop_.reading_end(), POLLIN, 0}, {child_.output().get(), POLLIN, 0}, {child_.errors().get(), POLLIN, 0}}};
    if (::poll(watched.data(), watched.size(), static_cast<int>(time.count())) <= 0) return;
    if (watched[1].revents != 0) take_output();
    if (watched[2].revents != 0) take_errors();
  }

  const ChildProgram& program_;
  const http::WaitLimits& limits_;
  StopPipe stop_;
  Child child_;
  ChildResult result_;
  bool skips_line_ = false;        // of the errors: its beginning was not kept
  bool is_within_object_ = false;  // what was not kept has the beginning of one, which may be or have a credential
};

}  // namespace

ChildResult run_child(const ChildProgram& program, const http::WaitLimits& limits) {
  return ChildIo(program, limits).run();
}

}  // namespace kplane::auth
