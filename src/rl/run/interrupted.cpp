// The self-pipe trick: the signal handler writes a byte to a pipe, on which a thread waits.
#include <kplane/rl/interrupted.hpp>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <system_error>
#include <thread>

#include <kplane/error.hpp>

#include "rl/frames/standard_streams.hpp"

namespace kplane::rl {

namespace {

constexpr std::array<int, 2> watched_signals = {SIGINT, SIGTERM};
constexpr char end_byte = 'e';  // others are indices of watched_signals
constexpr int shell_offset = 128;
/// timeout(1), and launchers of MPI, send a signal to the process and then to its process group: that is one request.
constexpr std::chrono::milliseconds same_request{500};

using TimePoint = std::chrono::steady_clock::time_point;

std::atomic<bool> is_watching = false;
std::array<std::atomic<bool>, watched_signals.size()> has_come{};
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
  for (std::size_t i = 0; i < watched_signals.size(); ++i) {
    if (watched_signals[i] != signal || has_come[i].exchange(true)) continue;
    const char byte = static_cast<char>(i);
    static_cast<void>(::write(pipe_end, &byte, 1) == 1);
  }
  errno = saved;
}

}  // namespace

class Interrupted::Watcher {
 public:
  Watcher() {
    if (is_watching.exchange(true))
      throw ConfigError("there already is an rl::Interrupted: a process can have only one");
    if (!open_pipe()) {
      is_watching = false;
      throw ConfigError("rl::Interrupted cannot create a pipe: too many open files");
    }
    start();
    last_signal = 0;
    for (std::atomic<bool>& one : has_come) one = false;
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
  [[nodiscard]] bool open_pipe() noexcept {
    if (::pipe2(pipe_.data(), O_CLOEXEC) != 0) return false;
    for (int& end : pipe_) end = above_standard_streams(end);
    if (pipe_[0] >= 0 && pipe_[1] >= 0) return true;
    for (const int end : pipe_) ::close(end);
    return false;
  }

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
    std::array<TimePoint, watched_signals.size()> restore_at;
    restore_at.fill(TimePoint::max());
    for (;;) {
      const bool has_byte = wait_until(*std::min_element(restore_at.begin(), restore_at.end()));
      const TimePoint now = std::chrono::steady_clock::now();
      for (std::size_t i = 0; i < watched_signals.size(); ++i) {
        if (restore_at[i] > now) continue;
        restore_action(watched_signals[i]);
        restore_at[i] = TimePoint::max();
      }
      if (!has_byte) continue;
      char byte = 0;
      if (::read(pipe_[0], &byte, 1) != 1 || byte == end_byte) return;
      source_.request_stop();
      restore_at[static_cast<unsigned char>(byte)] = now + same_request;
    }
  }

  /// @return whether there is something in the pipe
  [[nodiscard]] bool wait_until(TimePoint then) const {
    using std::chrono::milliseconds;
    milliseconds left{-1};  // for ever
    if (then != TimePoint::max()) {
      left = std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(then - std::chrono::steady_clock::now()));
    }
    pollfd in{pipe_[0], POLLIN, 0};
    return ::poll(&in, 1, static_cast<int>(left.count())) > 0;
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
