// What comes back is used again, within its bounds.
#include "memory/buffer_pool.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace kplane::memory {
namespace {

constexpr std::size_t body_size = 240'000;

PaddedBuffer filled(BufferPool& pool, std::size_t size) {
  PaddedBuffer buffer = pool.take(size);
  const std::string text(size, 'x');
  buffer.append(text.data(), text.size());
  return buffer;
}

TEST(BufferPool, GivesTheSameMemoryForTheNextBodyOfAboutThatSize) {
  const auto pool = std::make_shared<BufferPool>();
  const char* first = filled(*pool, body_size).view().data();
  PaddedBuffer again = pool->take(body_size + 300);
  EXPECT_EQ(again.size(), 0U);
  again.append("y", 1);
  EXPECT_EQ(again.view().data(), first);
  EXPECT_EQ(pool->kept(), 0U);
}

TEST(BufferPool, NeverLendsMuchMoreThanAskedFor) {
  const auto pool = std::make_shared<BufferPool>();
  for (std::size_t size = BufferPool::smallest_kept; size < 8'000'000; size += size / 7 + 1) {
    static_cast<void>(filled(*pool, size));
    for (const std::size_t wanted : {size, size - size / 40, size / 2}) {
      const PaddedBuffer buffer = pool->take(wanted);
      EXPECT_GE(buffer.capacity(), wanted);
      EXPECT_LE(buffer.capacity(), wanted + wanted / 16);
    }
  }
}

TEST(BufferPool, SmallBuffersAreNotKept) {
  const auto pool = std::make_shared<BufferPool>();
  static_cast<void>(filled(*pool, BufferPool::smallest_kept / 2));
  EXPECT_EQ(pool->kept(), 0U);
}

TEST(BufferPool, KeepsABoundedNumberOfBytes) {
  const auto pool = std::make_shared<BufferPool>();
  std::vector<PaddedBuffer> bodies;
  for (int i = 0; i < 200; ++i) bodies.push_back(filled(*pool, body_size));
  bodies.clear();
  EXPECT_LE(pool->kept(), BufferPool::most_kept);
  EXPECT_GT(pool->kept(), BufferPool::most_kept - 2 * body_size);
  static_cast<void>(filled(*pool, BufferPool::most_kept + 1));
  EXPECT_LE(pool->kept(), BufferPool::most_kept);
}

TEST(BufferPool, BodyOfUnknownSizeGetsTheLatestBuffer) {
  const auto pool = std::make_shared<BufferPool>();
  EXPECT_EQ(pool->take_any().capacity(), 0U);
  const char* first = filled(*pool, body_size).view().data();
  PaddedBuffer buffer = pool->take_any();
  buffer.append("y", 1);
  EXPECT_EQ(buffer.view().data(), first);
}

TEST(BufferPool, BuffersOutliveIt) {
  auto pool = std::make_shared<BufferPool>();
  PaddedBuffer buffer = filled(*pool, body_size);
  pool.reset();
  EXPECT_EQ(buffer.view().size(), body_size);
}

TEST(BufferPool, MovedBuffersComeBackOnce) {
  const auto pool = std::make_shared<BufferPool>();
  {
    PaddedBuffer first = filled(*pool, body_size);
    PaddedBuffer second = filled(*pool, body_size);
    second = std::move(first);
    EXPECT_GT(pool->kept(), 0U);  // what second held before
    const PaddedBuffer third(std::move(second));
    EXPECT_EQ(third.view().size(), body_size);
  }
  EXPECT_LE(pool->kept(), 2 * (body_size + body_size / 16));
}

TEST(BufferPool, ServesManyThreads) {
  const auto pool = std::make_shared<BufferPool>();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&pool] {
      for (int i = 0; i < 200; ++i) EXPECT_EQ(filled(*pool, body_size).view().back(), 'x');
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(pool->kept(), 4 * (body_size + body_size / 16));
}

// Sanitizers have locks of their own that do not survive a fork.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

TEST(BufferPool, ChildProcessNeverWaitsForThreadsItDoesNotHave) {
  const auto pool = std::make_shared<BufferPool>();
  std::atomic<bool> is_over{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      while (!is_over) static_cast<void>(pool->take(body_size));
    });
  }
  for (int i = 0; i < 300; ++i) {
    PaddedBuffer buffer = filled(*pool, body_size);
    const pid_t child = fork();
    if (child == 0) {
      alarm(10);  // ends the child by a signal if it hangs
      buffer = pool->take(body_size);
      buffer = pool->take_any();
      buffer = PaddedBuffer();
      _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  is_over = true;
  for (std::thread& thread : threads) thread.join();
}

#endif

}  // namespace
}  // namespace kplane::memory
