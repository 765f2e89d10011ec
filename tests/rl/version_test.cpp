#include <kplane/rl/rl.hpp>

#include <gtest/gtest.h>

#include <kplane/version.hpp>

namespace kplane::rl {
namespace {

TEST(RlVersion, IsThatOfTheHeadersAndOfTheCore) {
  EXPECT_EQ(rl::version(), KPLANE_VERSION_STRING);
  EXPECT_EQ(rl::version(), kplane::version());
}

}  // namespace
}  // namespace kplane::rl
