// Which of two resource versions is the older one.
#include "codec/resource_version.hpp"

#include <gtest/gtest.h>

namespace kplane::codec {
namespace {

TEST(ResourceVersion, CountsUp) {
  EXPECT_TRUE(is_older_version("9", "10"));
  EXPECT_FALSE(is_older_version("10", "9"));
  EXPECT_FALSE(is_older_version("10", "10"));
  EXPECT_TRUE(is_older_version("0", "1"));
  EXPECT_TRUE(is_older_version("007", "8"));
  EXPECT_FALSE(is_older_version("8", "007"));
}

TEST(ResourceVersion, MayBeLongerThanAnyInteger) {
  EXPECT_TRUE(is_older_version("99999999999999999999999999", "100000000000000000000000000"));
  EXPECT_FALSE(is_older_version("100000000000000000000000000", "99999999999999999999999999"));
}

TEST(ResourceVersion, HasNoOrderWhereItIsNoNumber) {
  EXPECT_FALSE(is_older_version("a", "b"));
  EXPECT_FALSE(is_older_version("1", "b"));
  EXPECT_FALSE(is_older_version("", "1"));
  EXPECT_FALSE(is_older_version("1", ""));
  EXPECT_FALSE(is_older_version("-1", "1"));
}

}  // namespace
}  // namespace kplane::codec
