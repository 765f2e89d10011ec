// Headers of answers.
#include "local_server/base/answer.hpp"

#include <gtest/gtest.h>

namespace kplane::testing::server {
namespace {

TEST(Answer, CarriesWarningsAsHeaders) {
  Answer answer;
  add_warning(answer, "unknown field \"spec.x\"");
  add_warning(answer, "two\nlines");
  ASSERT_EQ(answer.headers.size(), 2U);
  EXPECT_EQ(answer.headers[0].first, "Warning");
  EXPECT_EQ(answer.headers[0].second, R"(299 - "unknown field \"spec.x\"")");
  EXPECT_EQ(answer.headers[1].second, R"(299 - "two lines")");
}

}  // namespace
}  // namespace kplane::testing::server
