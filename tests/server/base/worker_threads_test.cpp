// Threads on demand.
#include "local_server/base/worker_threads.hpp"

#include <atomic>
#include <future>
#include <new>

#include <gtest/gtest.h>

namespace kplane::testing::server {
namespace {

TEST(WorkerThreads, GrowWithWhatRunsAtTheSameTime) {
  constexpr int kTasks = 20;
  WorkerThreads workers(100);
  std::promise<void> go;
  const std::shared_future<void> gate = go.get_future().share();
  std::atomic<int> running{0};
  std::promise<void> all_run;
  for (int i = 0; i < kTasks; ++i) {
    workers.run([&, gate] {
      if (++running == kTasks) all_run.set_value();
      gate.wait();
    });
  }
  all_run.get_future().wait();
  EXPECT_EQ(workers.thread_count(), static_cast<std::size_t>(kTasks));
  go.set_value();
}

TEST(WorkerThreads, KeepWhatIsAboveTheLimitForLater) {
  std::atomic<int> done{0};
  {
    WorkerThreads workers(2);
    for (int i = 0; i < 100; ++i) workers.run([&] { ++done; });
    EXPECT_LE(workers.thread_count(), 2U);
  }
  EXPECT_EQ(done, 100);
}

TEST(WorkerThreads, SayHowManyTasksHaveToWait) {
  WorkerThreads workers(1);
  std::promise<void> go;
  const std::shared_future<void> gate = go.get_future().share();
  workers.run([gate] { gate.wait(); });
  EXPECT_EQ(workers.waiting_count(), 0U);
  workers.run([] {});
  EXPECT_EQ(workers.waiting_count(), 1U);
  go.set_value();
}

TEST(WorkerThreads, GoOnAfterATaskThatFails) {
  std::atomic<bool> done{false};
  {
    WorkerThreads workers(1);
    workers.run([] { throw std::bad_alloc(); });
    workers.run([&] { done = true; });
  }
  EXPECT_TRUE(done);
}

TEST(WorkerThreads, DropTasksOnceJoined) {
  WorkerThreads workers(2);
  workers.join();
  workers.run([] { FAIL() << "ran after the end"; });
  workers.join();
}

}  // namespace
}  // namespace kplane::testing::server
