// The rhythm of waits, on a clock that only sleeping moves.
#include "base/poll.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/fake_clock.hpp"

namespace kplane::detail {
namespace {

using std::chrono::milliseconds;

TEST(Poll, GrowsFromFiftyMillisecondsToOneSecond) {
  const tests::FakeClock fake;
  const Clock clock = fake.clock();
  Poll poll(clock, milliseconds{60'000});
  for (int i = 0; i < 12; ++i) EXPECT_TRUE(poll.wait());
  EXPECT_EQ(fake.sleeps().front(), milliseconds{50});
  EXPECT_EQ(fake.sleeps().back(), milliseconds{1'000});
  EXPECT_TRUE(std::is_sorted(fake.sleeps().begin(), fake.sleeps().end()));
}

TEST(Poll, LastSleepEndsAtTheDeadline) {
  const tests::FakeClock fake;
  const Clock clock = fake.clock();
  Poll poll(clock, milliseconds{60});
  EXPECT_TRUE(poll.wait());
  EXPECT_TRUE(poll.wait());
  EXPECT_FALSE(poll.wait());
  EXPECT_THAT(fake.sleeps(), testing::ElementsAre(milliseconds{50}, milliseconds{10}));
  EXPECT_EQ(poll.elapsed(), milliseconds{60});
}

TEST(Poll, RequestsGetTheTimeThatIsLeftAndAtLeastASecond) {
  tests::FakeClock fake;
  const Clock clock = fake.clock();
  const Poll poll(clock, milliseconds{5'000});
  EXPECT_EQ(poll.request_deadline(milliseconds{30}), clock.now() + milliseconds{30});
  EXPECT_EQ(poll.request_deadline(milliseconds{30'000}), poll.deadline());
  EXPECT_EQ(poll.request_deadline(milliseconds::max()), poll.deadline());
  fake.advance(milliseconds{6'000});
  EXPECT_EQ(poll.request_deadline(milliseconds{30'000}), clock.now() + milliseconds{1'000});
}

TEST(Poll, LongestDurationMeansForEver) {
  const tests::FakeClock fake;
  const Clock clock = fake.clock();
  Poll poll(clock, milliseconds::max());
  EXPECT_TRUE(poll.wait());
}

}  // namespace
}  // namespace kplane::detail
