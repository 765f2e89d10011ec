// Threads that are started on demand and reused: one for each open connection.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace kplane::testing::server {

/// Thread safety: every member may be called from any thread.
class WorkerThreads {
 public:
  /// Starts the first thread, so that no task waits for one that cannot be started.
  /// @throws std::system_error when it cannot be started
  explicit WorkerThreads(std::size_t max_threads);
  ~WorkerThreads() { join(); }
  WorkerThreads(const WorkerThreads&) = delete;
  WorkerThreads& operator=(const WorkerThreads&) = delete;

  /// Runs a task on an idle thread or a new one; above the limit it is queued. After join() it is dropped.
  /// An exception of a task ends that task.
  /// @throws std::bad_alloc when it cannot be queued
  void run(std::function<void()> task);
  /// Waits until all tasks are done, then ends the threads.
  void join();
  [[nodiscard]] std::size_t thread_count() const;
  /// How many tasks have to wait, because all threads are busy and no other can be started.
  [[nodiscard]] std::size_t waiting_count() const;

 private:
  void work();
  void start_thread_locked();

  const std::size_t max_threads_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;  // threads that have no task
  bool ending_ = false;
};

}  // namespace kplane::testing::server
