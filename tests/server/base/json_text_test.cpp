// Bounded parsing and harmless serialisation.
#include "local_server/base/json_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kplane::testing::server {
namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(ParseJson, TakesAnyDepthUpToTheLimit) {
  EXPECT_NO_THROW(static_cast<void>(parse_json(nested(kMaxNesting))));
  EXPECT_THROW(static_cast<void>(parse_json(nested(kMaxNesting + 1))), JsonTextError);
  EXPECT_THROW(static_cast<void>(parse_json(nested(1'000'000))), JsonTextError);
}

TEST(ParseJson, CountsNoBracketsInsideStrings) {
  const std::string text = "\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '{') + "\"";
  EXPECT_NO_THROW(static_cast<void>(parse_json(text)));
}

TEST(ParseJson, SaysThatTheEndIsMissing) {
  try {
    static_cast<void>(parse_json("{\"apiVersion\":"));
    FAIL() << "a truncated text was parsed";
  } catch (const JsonTextError& error) {
    EXPECT_STREQ(error.what(), "unexpected end of JSON input");
  }
}

TEST(ParseJson, RefusesBytesThatAreNotUtf8) {
  EXPECT_THROW(static_cast<void>(parse_json("\"\xff\"")), JsonTextError);
  EXPECT_THROW(static_cast<void>(parse_json("")), JsonTextError);
  EXPECT_THROW(static_cast<void>(parse_json("1e999999")), JsonTextError);
}

TEST(ToText, ReplacesBytesThatAreNotUtf8) { EXPECT_EQ(to_text(nlohmann::json("a\xff")), "\"a\xef\xbf\xbd\""); }

TEST(ExceedsNesting, CountsStructuredLevels) {
  EXPECT_FALSE(exceeds_nesting(nlohmann::json(1), 0));
  EXPECT_FALSE(exceeds_nesting(parse_json("[[]]"), 2));
  EXPECT_TRUE(exceeds_nesting(parse_json("[[[]]]"), 2));
}

}  // namespace
}  // namespace kplane::testing::server
