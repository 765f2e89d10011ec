#include "local_server/base/worker_threads.hpp"

#include <exception>
#include <utility>

namespace kplane::testing::server {

WorkerThreads::WorkerThreads(std::size_t max_threads) : max_threads_(max_threads) {
  const std::lock_guard lock(mutex_);
  threads_.emplace_back([this] { work(); });
  ++idle_;
}

void WorkerThreads::run(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (ending_) return;
    tasks_.push_back(std::move(task));
    if (tasks_.size() > idle_) start_thread_locked();
  }
  wake_.notify_one();
}

void WorkerThreads::join() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    threads.swap(threads_);
  }
  wake_.notify_all();
  for (auto& thread : threads) thread.join();
}

std::size_t WorkerThreads::thread_count() const {
  const std::lock_guard lock(mutex_);
  return threads_.size();
}

std::size_t WorkerThreads::waiting_count() const {
  const std::lock_guard lock(mutex_);
  return tasks_.size() > idle_ ? tasks_.size() - idle_ : 0;
}

void WorkerThreads::start_thread_locked() {
  if (threads_.size() == max_threads_) return;
  try {
    threads_.emplace_back([this] { work(); });
    ++idle_;
  } catch (const std::exception&) {
    // No more threads, or no memory for one.
  }
}

void WorkerThreads::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
    --idle_;
    if (tasks_.empty()) return;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    try {
      task();
    } catch (const std::exception&) {
      // Out of memory: it costs what the task was for.
    }
    task = nullptr;  // releases what the task holds now, not when the next one arrives
    lock.lock();
    ++idle_;
  }
}

}  // namespace kplane::testing::server
