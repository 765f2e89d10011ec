#include "base/backoff.hpp"

#include <gtest/gtest.h>

namespace kplane::detail {
namespace {

TEST(Backoff, DoublesUpToTheLongestPause) {
  Backoff backoff(Milliseconds{20}, Milliseconds{100});
  for (const int pause : {20, 40, 80, 100, 100}) EXPECT_EQ(backoff.next(), Milliseconds{pause});
}

TEST(Backoff, StartsAgainAfterAReset) {
  Backoff backoff(Milliseconds{20}, Milliseconds{100});
  EXPECT_EQ(backoff.next(), Milliseconds{20});
  EXPECT_EQ(backoff.next(), Milliseconds{40});
  backoff.reset();
  EXPECT_EQ(backoff.next(), Milliseconds{20});
}

}  // namespace
}  // namespace kplane::detail
