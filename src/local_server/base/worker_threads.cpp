#include "local_server/base/worker_threads.hpp"

#include <exception>
#include <utility>

namespace kplane::testing::server {

void WorkerThreads::run(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (ending_) return;
    tasks_.push_back(std::move(task));
    if (tasks_.size() > idle_ && threads_.size() < max_threads_) start_thread_locked();
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

void WorkerThreads::start_thread_locked() {
  try {
    threads_.emplace_back([this] { work(); });
  } catch (const std::exception&) {
    // No more threads, or no memory for one: the task waits for a running one.
    if (!threads_.empty()) return;
    tasks_.pop_back();
    throw;
  }
}

void WorkerThreads::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    wake_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
    --idle_;
    if (tasks_.empty()) return;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;  // releases what the task holds now, not when the next one arrives
    lock.lock();
  }
}

}  // namespace kplane::testing::server
