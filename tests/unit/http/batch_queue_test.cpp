// BatchQueue: the requests of a batch, shared out among threads.
#include "http/batch.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace kplane::http {
namespace {

TEST(BatchQueue, GivesEachNumberToOneThreadFromEitherEnd) {
  constexpr std::size_t count = 20'000;
  BatchQueue queue(count);
  std::vector<std::atomic<int>> taken(count);
  std::vector<std::thread> threads;
  for (const bool from_end : {false, true, false}) {
    threads.emplace_back([&queue, &taken, from_end] {
      while (const auto number = queue.take(from_end)) ++taken.at(*number);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(queue.empty());
  for (const std::atomic<int>& times : taken) EXPECT_EQ(times, 1);
}

TEST(BatchQueue, TakesInOrderFromEachEnd) {
  BatchQueue queue(4);
  EXPECT_EQ(queue.take(false), 0U);
  EXPECT_EQ(queue.take(true), 3U);
  EXPECT_EQ(queue.take(true), 2U);
  EXPECT_EQ(queue.take(false), 1U);
  EXPECT_EQ(queue.take(false), std::nullopt);
}

TEST(BatchQueue, FirstFailureCountsAndLeavesNothingToTake) {
  BatchQueue queue(4);
  EXPECT_NO_THROW(queue.rethrow());
  queue.abort(std::make_exception_ptr(std::out_of_range("first")));
  queue.abort(std::make_exception_ptr(std::length_error("second")));
  EXPECT_TRUE(queue.is_aborted());
  EXPECT_TRUE(queue.abort_token().stop_requested());
  EXPECT_EQ(queue.take(false), std::nullopt);
  EXPECT_THROW(queue.rethrow(), std::out_of_range);
}

TEST(BatchLimits, SharesAddUpAndAreNeverZero) {
  BatchLimits all;
  all.concurrency = 8;
  for (const std::size_t threads : {1U, 3U, 8U}) {
    std::size_t concurrency = 0;
    std::size_t stalled = 0;
    for (std::size_t i = 0; i < threads; ++i) {
      EXPECT_GE(all.share(i, threads).concurrency, 1U);
      concurrency += all.share(i, threads).concurrency;
      stalled += all.share(i, threads).most_stalled;
    }
    EXPECT_EQ(concurrency, all.concurrency);
    EXPECT_EQ(stalled, all.most_stalled);
  }
}

}  // namespace
}  // namespace kplane::http
