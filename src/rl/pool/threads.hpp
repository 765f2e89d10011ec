// The pool's own threads.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace kplane::rl::detail {

/// Starts a thread with signals blocked: they are for the program's own threads.
[[nodiscard]] std::thread start_quiet_thread(std::function<void()> body);

/// Threads that run tasks in FIFO order. They have the signal mask of the thread that constructs this, which child
/// processes of a task inherit.
///
/// Thread-safe, but for the destructor.
class Workers {
 public:
  using Task = std::function<void()>;

  /// @throws std::system_error
  explicit Workers(std::size_t count);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  Workers(Workers&&) = delete;
  Workers& operator=(Workers&&) = delete;
  /// Waits for running tasks, and drops all others.
  ~Workers();

  /// A task must not throw.
  void add(Task task);
  /// As the destructor; no task is started afterwards.
  void end();

 private:
  void work();
  [[nodiscard]] Task next();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool is_ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace kplane::rl::detail
