#include "rl/pool/threads.hpp"

#include <pthread.h>

#include <csignal>
#include <utility>

namespace kplane::rl::detail {

namespace {

/// Blocks signals for this thread, and for threads it starts, for its own lifetime.
class SignalsBlocked {
 public:
  SignalsBlocked() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  SignalsBlocked(SignalsBlocked&&) = delete;
  SignalsBlocked& operator=(SignalsBlocked&&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

std::thread start_quiet_thread(std::function<void()> body) {
  const SignalsBlocked blocked;
  return std::thread(std::move(body));
}

Workers::Workers(std::size_t count) {
  threads_.reserve(count);
  try {
    while (threads_.size() < count) threads_.emplace_back([this] { work(); });
  } catch (...) {
    end();
    throw;
  }
}

Workers::~Workers() { end(); }

void Workers::add(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (is_ending_) return;
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
}

void Workers::end() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;  // no task begins or comes from now on
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  tasks_.clear();
}

void Workers::work() {
  while (const Task task = next()) task();
}

Workers::Task Workers::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_ending_ || !tasks_.empty(); });
  if (is_ending_) return {};
  Task task = std::move(tasks_.front());
  tasks_.pop_front();
  return task;
}

}  // namespace kplane::rl::detail
