// What is made of text that a terminal would obey.
#include "base/shown_text.hpp"

#include <gtest/gtest.h>

#include <string>

#include <kplane/error.hpp>

namespace kplane::http {
namespace {

TEST(ShownText, ControlsAreEscaped) {
  EXPECT_EQ(detail::without_controls("plain\ttext\n"), "plain\ttext\n");
  EXPECT_EQ(detail::without_controls("a\x1b[31mb\r\x7f"), R"(a\u001b[31mb\u000d\u007f)");
  for (const auto& [text, escape] : {std::pair<const char*, const char*>{u8"\u0080", "\\u0080"},
                                     {u8"\u009f", "\\u009f"},
                                     {u8"\u061c", "\\u061c"},
                                     {u8"\u200e", "\\u200e"},
                                     {u8"\u200f", "\\u200f"},
                                     {u8"\u202a", "\\u202a"},
                                     {u8"\u202e", "\\u202e"},
                                     {u8"\u2028", "\\u2028"},
                                     {u8"\u2066", "\\u2066"},
                                     {u8"\u2069", "\\u2069"},
                                     {u8"\ufeff", "\\ufeff"}}) {
    EXPECT_EQ(detail::without_controls(text), escape);
    EXPECT_EQ(detail::shown_line(text), escape);
  }
}

TEST(ShownText, OtherLettersStay) {
  const std::string text =
      "Gr\xc3\xbc\xc3\x9f"
      "e \xe6\x9d\xb1\xe4\xba\xac \xf0\x9f\x9a\x80 \xd7\xa9";
  EXPECT_EQ(detail::without_controls(text), text);
  EXPECT_EQ(detail::shown_line(text), text);
}

TEST(ShownText, WhatIsNoUtf8IsReplaced) {
  EXPECT_EQ(detail::without_controls("a\x9b"
                                     "b"),
            "a?b");
  EXPECT_EQ(detail::without_controls("\xc0\x80\xed\xa0\x80\xf5\x80\x80\x80\xe2\x80"), "???????????");
}

TEST(ShownText, LineIsOneLineOfWholeCharacters) {
  EXPECT_EQ(detail::shown_line("a\r\nb\tc"), "a  b c");
  EXPECT_EQ(detail::shown_line("\xc3\xbc\xc3\xbc", 3), "\xc3\xbc");
  EXPECT_EQ(detail::shown_line("\xe2\x80\xae", 5), "");
}

TEST(ShownText, MessageOfAnyErrorIsFitForATerminal) {
  EXPECT_STREQ(Error("fleet \xe2\x80\xae\x1b[2Jx").what(), R"(fleet \u202e\u001b[2Jx)");
  ApiError::Info info;
  info.status = 404;
  info.method = "GET";
  info.url = "https://h";
  info.message =
      "a\xc2\x9b"
      "b";
  EXPECT_STREQ(NotFound(info).what(), R"(GET https://h: 404: a\u009bb)");
}

}  // namespace
}  // namespace kplane::http
