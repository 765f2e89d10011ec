// Outlines: all variants agree with each other and with what brackets and strings mean, wherever the text was cut.
#include "json/json_outline.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "memory/padded_buffer.hpp"

namespace kplane::json {
namespace {

using Extents = std::vector<std::pair<std::size_t, std::size_t>>;

Extents extents_of(const JsonOutline& outline) {
  Extents found;
  for (const JsonOutline::Extent& extent : outline.extents()) found.emplace_back(extent.begin, extent.end);
  return found;
}

/// One character after the other. Outside of strings, where none belongs, a backslash also escapes a quote.
Extents expected_extents(std::string_view text, int level) {
  Extents found;
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
      if (++depth == level) found.emplace_back(i, JsonOutline::no_end);
    } else if (!in_string && (c == '}' || c == ']')) {
      if (depth-- == level && !found.empty()) found.back().second = i + 1;
    }
  }
  return found;
}

/// In a buffer of its own, so that a sanitizer sees a read beyond the padding.
void expect_agreement(std::string_view text, int level) {
  const memory::PaddedBuffer buffer(text);
  const Extents expected = expected_extents(text, level);
  for (std::size_t variant = 0; variant < JsonOutline::count_variants(); ++variant) {
    JsonOutline outline(level);
    outline.finish_with(variant, buffer.view());
    EXPECT_EQ(extents_of(outline), expected) << text << " level " << level << " variant " << variant;
  }
}

TEST(JsonOutline, FindsWhatLiesAtItsLevel) {
  JsonOutline outline(2);
  const memory::PaddedBuffer text(R"({"a":{"b":[1,{"c":2}]},"d":[],"e":3})");
  outline.finish(text.view());
  EXPECT_EQ(extents_of(outline), (Extents{{5, 22}, {27, 29}}));
}

TEST(JsonOutline, BracketsInStringsCountNothing) {
  for (const char* text : {R"(["]"])", R"({"}":"{"})", R"(["\"]"])", R"(["\\"])", R"(["\\\"]"])", R"(["\\\\"]])"})
    for (const int level : {1, 2}) expect_agreement(text, level);
}

TEST(JsonOutline, StringsAndEscapesCrossBlocks) {
  for (std::size_t blanks = 0; blanks < 140; ++blanks) {
    const std::string pad(blanks, ' ');
    for (const char* tail : {R"("]"])", R"("\"]"])", R"("\\"])", R"("\\\"]"])", R"([[{}]]])", R"("\\)", R"(")"})
      expect_agreement("[" + pad + tail, 1);
    expect_agreement("[\"" + std::string(blanks, '\\') + "\"]\"]", 1);
    expect_agreement("[" + std::string(blanks, '[') + std::string(blanks, ']') + "]", 3);
  }
}

TEST(JsonOutline, RunsOfBackslashesMayBeginAndEndAnywhere) {
  for (std::size_t begin = 0; begin < 70; ++begin)
    for (std::size_t length = 0; length < 70; ++length) {
      const std::string run = std::string(begin, 'x') + std::string(length, '\\');
      expect_agreement("[\"" + run + "\"]\",[\"" + run + "x" + run + "\"]]", 2);
    }
}

TEST(JsonOutline, WhatDoesNotEndHasNoEnd) {
  const std::string whole = R"({"a":["x","\"",{"b":[]}],"c":")" + std::string(100, 'y') + R"("})";
  for (std::size_t size = 0; size < whole.size(); ++size) expect_agreement(std::string_view(whole).substr(0, size), 2);
}

/// The text grows, and its buffer moves, as a response's does.
TEST(JsonOutline, GoesOnWhereTheTextGrew) {
  std::string whole = "[";
  for (int i = 0; i < 40; ++i) whole += R"({"name":"a\\\"}{","list":[{},[]]},)";
  whole.back() = ']';
  const Extents expected = expected_extents(whole, 2);
  for (const std::size_t step : {1U, 7U, 63U, 64U, 65U, 200U}) {
    JsonOutline outline(2);
    memory::PaddedBuffer text;
    for (std::size_t at = 0; at < whole.size(); at += step) {
      text.append(whole.data() + at, std::min(step, whole.size() - at));
      outline.read(text.view());
    }
    outline.finish(text.view());
    EXPECT_EQ(extents_of(outline), expected) << step;
  }
}

TEST(JsonOutline, RestartForgetsWhatWasRead) {
  JsonOutline outline(1);
  const memory::PaddedBuffer half(std::string(100, '[') + "\"\\");
  outline.finish(half.view());
  outline.restart(0);
  const memory::PaddedBuffer text("[]");
  outline.finish(text.view());
  EXPECT_EQ(extents_of(outline), (Extents{{0, 2}}));
}

TEST(JsonOutline, VariantsAgreeOnAnythingWithQuotesAndBrackets) {
  std::mt19937 random(1);
  constexpr std::string_view alphabet = "{}[]\"\\ a,:\xc3\xa9\x5b\x7b\x1b\x3b";
  constexpr std::string_view mostly = "\"{ [\\a}]";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    const std::size_t size = random() % 300;
    const std::size_t bias = 1 + random() % 12;
    while (text.size() < size)
      text += random() % bias == 0 ? alphabet[random() % alphabet.size()] : mostly[random() % mostly.size()];
    expect_agreement(text, 1 + static_cast<int>(random() % 6));
  }
}

}  // namespace
}  // namespace kplane::json
