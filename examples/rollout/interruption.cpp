// Ctrl-C as an ordinary way out.
#include "interruption.hpp"

#include <atomic>
#include <csignal>

namespace rollout {

namespace {

// A signal handler may touch only lock-free atomics.
std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void note_interrupt(int signal) {
  interrupted = true;
  std::signal(signal, SIG_DFL);
}

}  // namespace

void catch_interrupts() { std::signal(SIGINT, note_interrupt); }

bool is_interrupted() noexcept { return interrupted; }

void throw_if_interrupted() {
  if (is_interrupted()) throw Interrupted();
}

}  // namespace rollout
