// Skipping containers: both variants agree with each other, and with what brackets and strings mean.
#include "codec/json_skip.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "memory/padded_buffer.hpp"

namespace kplane::codec {
namespace {

/// One character after the other. Outside of strings, where none belongs, a backslash also escapes a quote.
std::size_t expected_size(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (c == '\\' && (next == '"' || next == '\\')) {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == '{' || c == '[')) {
      ++depth;
    } else if (!in_string && (c == '}' || c == ']') && --depth == 0) {
      return i + 1;
    }
  }
  return 0;
}

std::size_t size_or_zero(const char* begin, const char* end) {
  return end == nullptr ? 0 : static_cast<std::size_t>(end - begin);
}

/// Every byte that may be read stands in a buffer of its own, so that a sanitizer sees any other.
void expect_agreement(std::string_view text) {
  const memory::PaddedBuffer buffer(text);
  const char* begin = buffer.view().data();
  const char* end = begin + buffer.size();
  EXPECT_EQ(size_or_zero(begin, skip_container(begin, end)), expected_size(text)) << text;
  EXPECT_EQ(size_or_zero(begin, skip_container_portably(begin, end)), expected_size(text)) << text;
}

TEST(JsonSkip, EndsWithTheMatchingBracket) {
  for (const char* text : {"{}", "[]", "{} ", "[[]]]", R"({"a":{"b":[1,{"c":2}]}},{"d":3})", "{", "[", "[[]", R"({"a)"})
    expect_agreement(text);
}

TEST(JsonSkip, BracketsInStringsCountNothing) {
  for (const char* text : {R"(["]"])", R"({"}":"{"})", R"(["\"]"])", R"(["\\"])", R"(["\\\"]"])", R"(["\\\\"]])"})
    expect_agreement(text);
}

TEST(JsonSkip, StringsAndEscapesCrossBlocks) {
  for (std::size_t blanks = 0; blanks < 140; ++blanks) {
    const std::string pad(blanks, ' ');
    for (const char* tail : {R"("]"])", R"("\"]"])", R"("\\"])", R"("\\\"]"])", R"([[{}]]])", R"("\\)", R"(")"})
      expect_agreement("[" + pad + tail);
    expect_agreement("[\"" + std::string(blanks, '\\') + "\"]\"]");
    expect_agreement("[" + std::string(blanks, '[') + std::string(blanks, ']') + "]");
  }
}

TEST(JsonSkip, TextThatEndsTooEarlyHasNoEnd) {
  const std::string whole = R"({"a":["x","\"",{"b":[]}],"c":")" + std::string(100, 'y') + R"("})";
  for (std::size_t size = 1; size < whole.size(); ++size) expect_agreement(whole.substr(0, size));
}

/// What stands behind the end is not looked at, even where a closing bracket does.
TEST(JsonSkip, StopsAtTheEndOfTheText) {
  const memory::PaddedBuffer buffer("[1,2]]]");
  const char* begin = buffer.view().data();
  EXPECT_EQ(skip_container(begin, begin + 4), nullptr);
  EXPECT_EQ(skip_container_portably(begin, begin + 4), nullptr);
}

TEST(JsonSkip, AgreesOnAnythingWithQuotesAndBrackets) {
  std::mt19937 random(1);
  constexpr std::string_view alphabet = "{}[]\"\\ a,:\xc3\xa9\x5b\x7b\x1b\x3b";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = "[";
    const std::size_t size = random() % 300;
    // Few closing brackets, or it would be over at once.
    const std::size_t bias = 1 + random() % 12;
    while (text.size() < size)
      text += random() % bias == 0 ? alphabet[random() % alphabet.size()] : "\"{ [\\a"[random() % 6];
    expect_agreement(text);
  }
}

}  // namespace
}  // namespace kplane::codec
