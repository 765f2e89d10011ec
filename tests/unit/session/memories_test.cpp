// What a client remembers of its server: which planes are bootstrapped, and whether informers were started.
#include <gtest/gtest.h>

#include <string>

#include "session/known_planes.hpp"
#include "session/warm_memory.hpp"

namespace kplane::detail {
namespace {

TEST(KnownPlanes, AreRemembered) {
  KnownPlanes known;
  EXPECT_FALSE(known.contains("a"));
  known.add("a");
  EXPECT_TRUE(known.contains("a"));
  EXPECT_FALSE(known.contains("b"));
}

TEST(KnownPlanes, AreForgottenRatherThanKeptWithoutEnd) {
  KnownPlanes known;
  for (std::size_t i = 0; i < KnownPlanes::most_known; ++i) known.add("p" + std::to_string(i));
  EXPECT_TRUE(known.contains("p0"));
  known.add("one more");
  EXPECT_FALSE(known.contains("p0"));
  EXPECT_TRUE(known.contains("one more"));
}

TEST(WarmMemory, HoldsUntilFewerTypesAreLive) {
  WarmMemory warm;
  EXPECT_FALSE(warm.is_warm());
  warm.remember(58);
  EXPECT_TRUE(warm.is_warm());
  EXPECT_FALSE(warm.is_lost(58));
  EXPECT_FALSE(warm.is_lost(60));
  EXPECT_TRUE(warm.is_lost(52));
  EXPECT_FALSE(warm.is_warm());
  EXPECT_TRUE(warm.is_lost(58)) << "another read has found it lost meanwhile";
}

TEST(WarmMemory, HoldsOnAServerThatCountsNothing) {
  WarmMemory warm;
  warm.remember(0);
  EXPECT_TRUE(warm.is_warm());
  EXPECT_FALSE(warm.is_lost(0));
}

}  // namespace
}  // namespace kplane::detail
