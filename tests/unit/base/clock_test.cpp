// Saturating time arithmetic.
#include "base/clock.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace kplane::detail {
namespace {

TEST(Clock, DeadlineNeverOverflows) {
  const TimePoint now = std::chrono::steady_clock::now();
  EXPECT_EQ(deadline_after(now, Milliseconds::max()), TimePoint::max());
  EXPECT_EQ(deadline_after(now, Milliseconds{5}), now + Milliseconds{5});
  EXPECT_EQ(deadline_after(now, Milliseconds{-5}), now);
}

TEST(Clock, UntilRoundsUpAndIsNeverNegative) {
  const TimePoint now = std::chrono::steady_clock::now();
  EXPECT_EQ(until(now + std::chrono::microseconds{1}, now), Milliseconds{1});
  EXPECT_EQ(until(now - Milliseconds{1}, now), Milliseconds{0});
  EXPECT_GT(until(TimePoint::max(), now), Milliseconds{1});
}

TEST(Clock, ChanceLiesInTheHalfOpenInterval) {
  const Clock clock = Clock::system();
  for (int i = 0; i < 1000; ++i) {
    const double chance = clock.uniform();
    EXPECT_GE(chance, 0.0);
    EXPECT_LT(chance, 1.0);
  }
}

TEST(StopTokenWait, EndsWithTheTimeOrTheStop) {
  EXPECT_FALSE(StopToken().wait_for(Milliseconds{1}));
  StopSource source;
  const StopToken token = source.token();
  EXPECT_FALSE(token.wait_for(Milliseconds{1}));
  EXPECT_FALSE(token.wait_for(Milliseconds{-1}));
  std::thread stopper([&source] { source.request_stop(); });
  EXPECT_TRUE(token.wait_for(Milliseconds::max()));
  EXPECT_TRUE(token.wait_for(std::chrono::hours{1}));
  stopper.join();
}

}  // namespace
}  // namespace kplane::detail
