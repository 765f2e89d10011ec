// Regular expressions in the syntax of Go, without backtracking.
#include "local_server/types/pattern.hpp"

#include <gtest/gtest.h>

namespace kplane::testing::server {
namespace {

bool match(const char* pattern, const std::string& text) { return Pattern(pattern).matches(text); }

std::string problem(const char* pattern) {
  try {
    static_cast<void>(Pattern(pattern));
    return "";
  } catch (const PatternError& error) {
    return error.what();
  }
}

TEST(Patterns, MatchAnywhereUnlessAnchored) {
  EXPECT_TRUE(match("b+", "abbc"));
  EXPECT_FALSE(match("^b+$", "abbc"));
  EXPECT_TRUE(match("^(a|bc)*$", "abcbca"));
  EXPECT_FALSE(match("^(a|bc)*$", "abb"));
  EXPECT_TRUE(match("", ""));
}

TEST(Patterns, KnowClassesCountsAndFlags) {
  EXPECT_TRUE(match(R"(^\d{1,3}(\.\d{1,3}){3}$)", "10.0.0.255"));
  EXPECT_FALSE(match(R"(^\d{1,3}(\.\d{1,3}){3}$)", "10.0.255"));
  EXPECT_TRUE(match("^[[:alpha:]_-]+$", "a_B-c"));
  EXPECT_FALSE(match(R"(^[^\s]+$)", "a b"));
  EXPECT_TRUE(match("(?i)^abc$", "AbC"));
  EXPECT_TRUE(match(R"(\bend\b)", "the end"));
  EXPECT_FALSE(match("^.$", "\n"));
  EXPECT_TRUE(match("^.$", "é"));
  EXPECT_TRUE(match("^a{,2}$", "a{,2}"));
}

TEST(Patterns, SayWhatIsWrongInTheWordsOfGo) {
  EXPECT_EQ(problem("["), "error parsing regexp: missing closing ]: `[`");
  EXPECT_EQ(problem("(a"), "error parsing regexp: missing closing ): `(a`");
  EXPECT_EQ(problem("a)"), "error parsing regexp: unexpected ): `a)`");
  EXPECT_EQ(problem("*a"), "error parsing regexp: missing argument to repetition operator: `*`");
  EXPECT_EQ(problem("(?=x)"), "error parsing regexp: invalid or unsupported Perl syntax: `(?=`");
  EXPECT_EQ(problem("a{1001}"), "error parsing regexp: invalid repeat count: `{1001}`");
  EXPECT_EQ(problem("[b-a]"), "error parsing regexp: invalid character class range: `b-a`");
}

TEST(Patterns, OfHostileAuthorsEndSoon) {
  EXPECT_FALSE(match("^(a+)+$", std::string(20'000, 'a') + "b"));
  EXPECT_NE(problem("((a{1000}){1000})"), "");
  EXPECT_NE(problem(std::string(10'000, '(').c_str()), "");
}

}  // namespace
}  // namespace kplane::testing::server
