// Threads of the pool's own.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace kplane::rl::detail {

/// A thread that gets no signals: those are for the threads of the program.
[[nodiscard]] std::thread start_quiet_thread(std::function<void()> body);

/// Threads that carry out tasks, in the order in which they were given. They have the signal mask of the thread that
/// makes them, which processes that a task starts inherit.
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
  /// Waits for the tasks that run, and drops all others.
  ~Workers();

  /// A task must not throw.
  void add(Task task);
  /// As the destructor; nothing is carried out afterwards.
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
