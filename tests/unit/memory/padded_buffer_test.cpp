// Growth and padding.
#include "memory/padded_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace kplane::memory {
namespace {

bool has_zero_padding(const PaddedBuffer& buffer) {
  const char* end = buffer.view().data() + buffer.size();
  return std::all_of(end, end + PaddedBuffer::padding, [](char c) { return c == '\0'; });
}

TEST(PaddedBuffer, KeepsItsContentWhileItGrows) {
  PaddedBuffer buffer;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    const std::string piece(static_cast<std::size_t>(i % 37), static_cast<char>('a' + i % 26));
    buffer.append(piece.data(), piece.size());
    expected += piece;
    ASSERT_TRUE(has_zero_padding(buffer));
  }
  EXPECT_EQ(buffer.view(), expected);
  buffer.shrink_to_fit();
  EXPECT_EQ(buffer.view(), expected);
  EXPECT_EQ(buffer.capacity(), expected.size());
  EXPECT_TRUE(has_zero_padding(buffer));
}

TEST(PaddedBuffer, ReservedRoomIsNotMoved) {
  PaddedBuffer buffer;
  buffer.reserve(1000);
  const char* before = buffer.view().data();
  const std::string text(1000, 'x');
  buffer.append(text.data(), text.size());
  EXPECT_EQ(buffer.view().data(), before);
}

TEST(PaddedBuffer, EmptyContentIsPaddedToo) {
  const PaddedBuffer buffer{std::string_view()};
  EXPECT_EQ(buffer.size(), 0U);
  EXPECT_TRUE(has_zero_padding(buffer));
}

TEST(PaddedBuffer, MovedFromIsEmptyAndUsable) {
  PaddedBuffer buffer("abc");
  PaddedBuffer other(std::move(buffer));
  EXPECT_EQ(other.view(), "abc");
  EXPECT_EQ(buffer.size(), 0U);  // NOLINT(bugprone-use-after-move)
  buffer.append("d", 1);
  EXPECT_EQ(buffer.view(), "d");
}

}  // namespace
}  // namespace kplane::memory
