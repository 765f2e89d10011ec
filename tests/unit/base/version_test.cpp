#include <kplane/version.hpp>

#include <gtest/gtest.h>

#include <string>

namespace kplane {
namespace {

TEST(Version, IsThatOfTheHeaders) { EXPECT_EQ(version(), KPLANE_VERSION_STRING); }

TEST(Version, TextAndNumbersAgree) {
  EXPECT_EQ(version(), std::to_string(KPLANE_VERSION_MAJOR) + '.' + std::to_string(KPLANE_VERSION_MINOR) + '.' +
                           std::to_string(KPLANE_VERSION_PATCH));
}

}  // namespace
}  // namespace kplane
