// Timestamps.
#include "codec/rfc3339.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <ctime>

namespace kplane::codec {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

system_clock::time_point at(std::int64_t since_epoch, nanoseconds fraction = nanoseconds{0}) {
  return system_clock::time_point{std::chrono::duration_cast<system_clock::duration>(seconds{since_epoch} + fraction)};
}

TEST(Rfc3339, ReadsWholeSeconds) { EXPECT_EQ(parse_rfc3339("2026-05-21T18:05:00Z"), at(1'779'386'700)); }

TEST(Rfc3339, ReadsFractionsOfAnyLength) {
  EXPECT_EQ(parse_rfc3339("2026-05-21T18:05:00.5Z"), at(1'779'386'700, milliseconds{500}));
  EXPECT_EQ(parse_rfc3339("2026-05-21T18:05:00.123456789Z"), at(1'779'386'700, nanoseconds{123'456'789}));
  EXPECT_EQ(parse_rfc3339("2026-05-21T18:05:00.1234567891234567890123Z"), at(1'779'386'700, nanoseconds{123'456'789}));
}

TEST(Rfc3339, ReadsOffsets) {
  EXPECT_EQ(parse_rfc3339("2026-05-21T20:05:00+02:00"), at(1'779'386'700));
  EXPECT_EQ(parse_rfc3339("2026-05-21T12:35:00.000-05:30"), at(1'779'386'700));
  EXPECT_EQ(parse_rfc3339("2026-05-21t18:05:00z"), at(1'779'386'700));
}

TEST(Rfc3339, KnowsTheCalendar) {
  EXPECT_TRUE(parse_rfc3339("2024-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_rfc3339("2026-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_rfc3339("2026-04-31T00:00:00Z"));
  EXPECT_EQ(parse_rfc3339("2016-12-31T23:59:60Z"), at(1'483'228'800)) << "a leap second";
}

TEST(Rfc3339, RefusesEverythingElse) {
  for (const char* text :
       {"", "2026", "2026-05-21", "2026-05-21T18:05Z", "2026-05-21T18:05:00", "2026-05-21T18:05:00.Z",
        "2026-05-21T18:05:00Zx", "2026-13-21T18:05:00Z", "2026-05-21T24:05:00Z", "2026-05-21T18:60:00Z",
        "2026-05-21T18:05:61Z", "2026-05-21T18:05:00+0200", "2026-05-21T18:05:00+24:00", "yesterday",
        "+026-05-21T18:05:00Z", "2026-00-21T18:05:00Z", "2026-05-00T18:05:00Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

/// The C library's calendar is the reference: each day of the clock's range, and the days that do not exist.
TEST(Rfc3339, KnowsEveryDayOfTheCalendar) {
  for (int year = 1678; year <= 2261; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= 31; ++day) {
        std::tm parts{};
        parts.tm_year = year - 1900;
        parts.tm_mon = month - 1;
        parts.tm_mday = day;
        const std::time_t expected = timegm(&parts);
        char text[32];
        std::snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", year, month, day);
        const auto found = parse_rfc3339(text);
        ASSERT_EQ(found.has_value(), parts.tm_mday == day) << text;
        if (found) {
          ASSERT_EQ(*found, at(expected)) << text;
        }
      }
    }
  }
}

TEST(Rfc3339, YearsBeyondTheClockAreItsEndsRatherThanWrapped) {
  EXPECT_EQ(parse_rfc3339("9999-12-31T23:59:59Z"), system_clock::time_point::max());
  EXPECT_EQ(parse_rfc3339("0000-01-01T00:00:00Z"), system_clock::time_point::min());
  EXPECT_EQ(parse_rfc3339("0001-01-01T00:00:00Z"), system_clock::time_point::min());
  EXPECT_FALSE(parse_rfc3339("9999-02-30T23:59:59Z")) << "no day of any year";
}

TEST(Rfc3339, TimesBeyondTheClockAreTold) {
  for (const char* text : {"9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"}) {
    EXPECT_TRUE(is_beyond_clock(*parse_rfc3339(text))) << text;
  }
  EXPECT_FALSE(is_beyond_clock(at(0)));
}

}  // namespace
}  // namespace kplane::codec
