// The self-pipe trick: the signal handler writes a byte to a pipe, on which a thread waits.
#include <kplane/rl/interrupted.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <system_error>
#include <thread>

#include <kplane/error.hpp>

namespace kplane::rl {

namespace {

constexpr std::array<int, 2> watched_signals = {SIGINT, SIGTERM};
constexpr char signal_byte = 's';
constexpr char end_byte = 'e';
constexpr int shell_offset = 128;

std::atomic<bool> is_watching = false;
std::atomic<int> last_signal = 0;
std::atomic<int> pipe_end = -1;
std::atomic<pid_t> watching_process = 0;
std::array<struct sigaction, watched_signals.size()> actions_before{};  // written only while no handler is installed
static_assert(std::atomic<int>::is_always_lock_free);

void restore_action(int signal) {
  for (std::size_t i = 0; i < watched_signals.size(); ++i) {
    if (watched_signals[i] == signal) ::sigaction(signal, &actions_before[i], nullptr);
  }
}

extern "C" void kplane_rl_note_signal(int signal) {
  if (::getpid() != watching_process) {  // a forked child shares the pipe of its parent, which did not get the signal
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    return;
  }
  const int saved = errno;
  last_signal = signal;
  static_cast<void>(::write(pipe_end, &signal_byte, 1) == 1);
  restore_action(signal);
  errno = saved;
}

}  // namespace

class Interrupted::Watcher {
 public:
  Watcher() {
    if (is_watching.exchange(true))
      throw ConfigError("there already is an rl::Interrupted: a process can have only one");
    if (::pipe2(pipe_.data(), O_CLOEXEC) != 0) {
      is_watching = false;
      throw ConfigError("rl::Interrupted cannot create a pipe: too many open files");
    }
    start();
    last_signal = 0;
    pipe_end = pipe_[1];
    watching_process = process_;
    for (std::size_t i = 0; i < watched_signals.size(); ++i)
      ::sigaction(watched_signals[i], nullptr, &actions_before[i]);
    for (const int signal : watched_signals) {
      struct sigaction action = {};
      action.sa_handler = kplane_rl_note_signal;
      ::sigaction(signal, &action, nullptr);
    }
  }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  ~Watcher() {
    for (const int signal : watched_signals) restore_action(signal);
    static_cast<void>(::write(pipe_[1], &end_byte, 1) == 1);
    thread_.join();
    close_pipe();
  }

  /// A forked child has no thread to join.
  [[nodiscard]] bool is_copy() const noexcept { return process_ != ::getpid(); }
  /// Called in a forked child instead of the destructor.
  void abandon() noexcept {
    for (const int signal : watched_signals) restore_action(signal);
    close_pipe();
  }

  [[nodiscard]] StopToken token() const noexcept { return source_.token(); }

 private:
  void start() {
    try {
      thread_ = std::thread([this] { watch(); });
    } catch (const std::system_error&) {
      close_pipe();
      throw ConfigError("rl::Interrupted cannot start a thread: too many threads, or too little memory");
    }
  }

  void close_pipe() noexcept {
    pipe_end = -1;
    for (const int end : pipe_) ::close(end);
    is_watching = false;
  }

  void watch() {
    char byte = 0;
    for (;;) {
      const ssize_t count = ::read(pipe_[0], &byte, 1);
      if (count < 0 && errno == EINTR) continue;
      if (count != 1 || byte == end_byte) return;
      source_.request_stop();
    }
  }

  pid_t process_ = ::getpid();
  std::array<int, 2> pipe_{};
  StopSource source_;
  std::thread thread_;
};

Interrupted::Interrupted() : watcher_(std::make_unique<Watcher>()) {}
Interrupted::~Interrupted() {
  if (!watcher_->is_copy()) return;
  watcher_->abandon();
  static_cast<void>(watcher_.release());
}

int Interrupted::signal() const noexcept { return last_signal; }
int Interrupted::exit_code() const noexcept { return signal() == 0 ? 0 : shell_offset + signal(); }
StopToken Interrupted::token() const noexcept { return watcher_->token(); }

}  // namespace kplane::rl
