// A signal handler may do next to nothing: it writes a byte into a pipe, on which a thread waits.
#include <kplane/rl/interrupted.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
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
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void kplane_rl_note_signal(int signal) {
  const int saved = errno;
  last_signal = signal;
  static_cast<void>(::write(pipe_end, &signal_byte, 1) == 1);
  std::signal(signal, SIG_DFL);
  errno = saved;
}

}  // namespace

class Interrupted::Watcher {
 public:
  Watcher() {
    if (is_watching.exchange(true)) throw ConfigError("there is an rl::Interrupted already: a process has one");
    if (::pipe2(pipe_.data(), O_CLOEXEC) != 0) {
      is_watching = false;
      throw ConfigError("rl::Interrupted needs a pipe: too many open files");
    }
    last_signal = 0;
    pipe_end = pipe_[1];
    thread_ = std::thread([this] { watch(); });
    for (std::size_t i = 0; i < watched_signals.size(); ++i) {
      struct sigaction action = {};
      action.sa_handler = kplane_rl_note_signal;
      ::sigaction(watched_signals[i], &action, &before_[i]);
    }
  }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  ~Watcher() {
    for (std::size_t i = 0; i < watched_signals.size(); ++i) ::sigaction(watched_signals[i], &before_[i], nullptr);
    static_cast<void>(::write(pipe_[1], &end_byte, 1) == 1);
    thread_.join();
    pipe_end = -1;
    for (const int end : pipe_) ::close(end);
    is_watching = false;
  }

  [[nodiscard]] StopToken token() const noexcept { return source_.token(); }

 private:
  void watch() {
    char byte = 0;
    for (;;) {
      const ssize_t count = ::read(pipe_[0], &byte, 1);
      if (count < 0 && errno == EINTR) continue;
      if (count != 1 || byte == end_byte) return;
      source_.request_stop();
    }
  }

  std::array<int, 2> pipe_{};
  std::array<struct sigaction, watched_signals.size()> before_{};
  StopSource source_;
  std::thread thread_;
};

Interrupted::Interrupted() : watcher_(std::make_unique<Watcher>()) {}
Interrupted::~Interrupted() = default;

int Interrupted::signal() const noexcept { return last_signal; }
int Interrupted::exit_code() const noexcept { return signal() == 0 ? 0 : shell_offset + signal(); }
StopToken Interrupted::token() const noexcept { return watcher_->token(); }

}  // namespace kplane::rl
