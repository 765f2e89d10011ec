// What is read out of Warning headers.
#include "http/warnings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace kplane::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> texts_of(const std::string& value) { return warning_texts({{"warning", value}}, {}); }

TEST(Warnings, TextIsUnquoted) {
  EXPECT_THAT(texts_of(R"(299 - "unknown field \"spec.bogus\"")"), ElementsAre(R"(unknown field "spec.bogus")"));
  EXPECT_THAT(texts_of(R"(299 - "a \\ b")"), ElementsAre(R"(a \ b)"));
  EXPECT_THAT(texts_of(R"(299 - "")"), ElementsAre(""));
}

TEST(Warnings, OneHeaderMayHoldSeveralAndDates) {
  EXPECT_THAT(texts_of(R"(299 - "one, and a half" "Wed, 21 Oct 2015 07:28:00 GMT", 299 host:80 "two")"),
              ElementsAre("one, and a half", "two"));
}

TEST(Warnings, HeadersAreFoundInAnyCaseAndInTheirOrder) {
  EXPECT_THAT(warning_texts({{"Warning", "299 - \"a\""}, {"Age", "299 - \"x\""}, {"WARNING", "299 - \"b\""}}, {}),
              ElementsAre("a", "b"));
}

TEST(Warnings, WhatIsNoneIsPassedOver) {
  for (const char* value : {"", "299", "299 -", "299 - text", "29 - \"a\"", "2999 - \"a\"", "299 - \"a", "299 - \"a\\",
                            ",,,", "abc - \"a\"", "299 \"a\""}) {
    EXPECT_THAT(texts_of(value), IsEmpty()) << value;
  }
}

TEST(Warnings, NumberAndLengthAreBounded) {
  std::string value;
  for (int i = 0; i < 100; ++i) value += "299 - \"w\", ";
  EXPECT_EQ(texts_of(value).size(), 16U);
  EXPECT_EQ(texts_of("299 - \"" + std::string(5000, 'x') + "\"").front().size(), 1024U);
}

TEST(Warnings, ControlCharactersDoNotReachTheTerminal) {
  EXPECT_THAT(texts_of("299 - \"a\x1b[31mb\x7f\""), ElementsAre("a [31mb "));
  EXPECT_THAT(texts_of("299 - \"a\xc2\x9b"
                       "31mb\xe2\x80\xae\""),
              ElementsAre(R"(a\u009b31mb\u202e)"));
}

TEST(Warnings, ShowNoPartOfASecretAtTheirEnd) {
  Secrets secrets;
  secrets.add("secret-token-of-the-caller");
  const std::string value = "299 - \"" + std::string(1'010, 'x') + "secret-token-of-the-caller\"";
  EXPECT_THAT(warning_texts({{"Warning", value}}, secrets), ElementsAre(Not(HasSubstr("secret"))));
}

}  // namespace
}  // namespace kplane::http
