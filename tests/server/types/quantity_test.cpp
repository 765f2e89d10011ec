#include "local_server/types/quantity.hpp"

#include <gtest/gtest.h>

namespace kplane::testing::server {
namespace {

std::string canonical(const char* text) { return Quantity::parse(text).text(); }

TEST(Quantities, HaveOneCanonicalForm) {
  EXPECT_EQ(canonical("1000m"), "1");
  EXPECT_EQ(canonical("0.5"), "500m");
  EXPECT_EQ(canonical("1024Ki"), "1Mi");
  EXPECT_EQ(canonical("1.5Gi"), "1536Mi");
  EXPECT_EQ(canonical("0.5Gi"), "512Mi");
  EXPECT_EQ(canonical("1000"), "1k");
  EXPECT_EQ(canonical("1048576"), "1048576");
  EXPECT_EQ(canonical("1e3"), "1e3");
  EXPECT_EQ(canonical("12e4"), "120e3");
  EXPECT_EQ(canonical("1E"), "1E");
  EXPECT_EQ(canonical("-2000m"), "-2");
  EXPECT_EQ(canonical("512Ki"), "512Ki");
  EXPECT_EQ(canonical("0.5Ki"), "512");
  EXPECT_EQ(canonical("00"), "0");
}

TEST(Quantities, RoundUpWhatIsTooSmall) {
  EXPECT_EQ(canonical("0.1n"), "1n");
  Quantity quantity = Quantity::parse("1u");
  quantity.round_up_to_milli();
  EXPECT_EQ(quantity.text(), "1m");
}

TEST(Quantities, StopAtTheLargestBinaryNumber) {
  EXPECT_EQ(canonical("8Ei"), "9223372036854775807");
  EXPECT_EQ(canonical("1e90"), "1e90");
}

TEST(Quantities, RefuseOtherTexts) {
  for (const char* text : {"", "lots", "1.2.3", "1Qi", "Gi", "1e", "1 Gi", "--1"}) {
    EXPECT_THROW(static_cast<void>(Quantity::parse(text)), QuantityError) << text;
  }
}

}  // namespace
}  // namespace kplane::testing::server
