// The order of resource versions, where they have one.
#include <kplane/resource_version.hpp>

#include <gtest/gtest.h>

namespace kplane {
namespace {

TEST(ResourceVersion, CountsUp) {
  EXPECT_EQ(compare_resource_versions("9", "10"), VersionOrder::older);
  EXPECT_EQ(compare_resource_versions("10", "9"), VersionOrder::newer);
  EXPECT_EQ(compare_resource_versions("10", "10"), VersionOrder::same);
  EXPECT_EQ(compare_resource_versions("0", "1"), VersionOrder::older);
  EXPECT_EQ(compare_resource_versions("007", "8"), VersionOrder::older);
  EXPECT_EQ(compare_resource_versions("007", "7"), VersionOrder::same);
  EXPECT_EQ(compare_resource_versions("00", "0"), VersionOrder::same);
}

TEST(ResourceVersion, MayBeLongerThanAnyInteger) {
  EXPECT_EQ(compare_resource_versions("99999999999999999999999999", "100000000000000000000000000"),
            VersionOrder::older);
  EXPECT_EQ(compare_resource_versions("100000000000000000000000000", "99999999999999999999999999"),
            VersionOrder::newer);
}

TEST(ResourceVersion, HasNoOrderWhereItIsNoNumber) {
  EXPECT_EQ(compare_resource_versions("a", "b"), VersionOrder::unordered);
  EXPECT_EQ(compare_resource_versions("1", "b"), VersionOrder::unordered);
  EXPECT_EQ(compare_resource_versions("", "1"), VersionOrder::unordered);
  EXPECT_EQ(compare_resource_versions("-1", "1"), VersionOrder::unordered);
  EXPECT_EQ(compare_resource_versions("a", "a"), VersionOrder::same);
}

TEST(ResourceVersion, ShowsWritesUpToItself) {
  EXPECT_TRUE(shows_version("10", "10"));
  EXPECT_TRUE(shows_version("10", "9"));
  EXPECT_FALSE(shows_version("9", "10"));
  EXPECT_TRUE(shows_version("a", "a"));
  EXPECT_FALSE(shows_version("b", "a"));
  EXPECT_FALSE(shows_version("", "1"));
}

}  // namespace
}  // namespace kplane
