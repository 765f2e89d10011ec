// Retry-After and back-off.
#include "http/retry_backoff.hpp"

#include <gtest/gtest.h>

namespace kplane::http {
namespace {

using std::chrono::seconds;
using SystemTime = std::chrono::system_clock::time_point;

const SystemTime now{seconds{1'780'000'000}};  // Thu, 28 May 2026 20:26:40 GMT

TEST(RetryAfter, ReadsSeconds) {
  EXPECT_EQ(parse_retry_after("3", now), seconds{3});
  EXPECT_EQ(parse_retry_after(" 0 ", now), seconds{0});
}

TEST(RetryAfter, ReadsHttpDates) {
  EXPECT_EQ(parse_retry_after("Thu, 28 May 2026 20:26:45 GMT", now), seconds{5});
  EXPECT_EQ(parse_retry_after("Thu, 28 May 2026 20:26:30 GMT", now), seconds{0}) << "a moment that has passed";
}

TEST(RetryAfter, HugeWaitsAreBoundedInsteadOfOverflowing) {
  const auto wait = parse_retry_after("99999999999999999999999999", now);
  ASSERT_TRUE(wait);
  EXPECT_GT(*wait, seconds{3600});
}

TEST(RetryAfter, AnythingElseIsNothing) {
  for (const char* value : {"", "soon", "-1", "1.5", "0x10", "Thu, 99 May 2026"}) {
    EXPECT_EQ(parse_retry_after(value, now), std::nullopt) << value;
  }
  EXPECT_EQ(parse_retry_after(std::string(10'000, 'a'), now), std::nullopt);
}

TEST(RetryableStatus, IsWhatSaysNotNow) {
  for (const int status : {429, 502, 503, 504}) EXPECT_TRUE(is_retryable_status(status, {})) << status;
  for (const int status : {200, 404, 409, 500, 501}) EXPECT_FALSE(is_retryable_status(status, {})) << status;
  EXPECT_TRUE(is_retryable_status(500, {{"retry-after", "1"}}));
}

TEST(Backoff, DoublesUpToItsBoundAndJitterTakesOffAtMostHalf) {
  RetryOptions options;
  options.initial_backoff = Milliseconds{100};
  options.max_backoff = Milliseconds{500};
  EXPECT_EQ(backoff(options, 1, 0.0), Milliseconds{100});
  EXPECT_EQ(backoff(options, 2, 0.0), Milliseconds{200});
  EXPECT_EQ(backoff(options, 3, 0.0), Milliseconds{400});
  EXPECT_EQ(backoff(options, 4, 0.0), Milliseconds{500});
  EXPECT_EQ(backoff(options, 100, 0.0), Milliseconds{500});
  EXPECT_GT(backoff(options, 1, 0.999), Milliseconds{49});
}

TEST(Backoff, UnboundedOptionsDoNotOverflow) {
  RetryOptions options;
  options.max_backoff = Milliseconds::max();
  EXPECT_GT(backoff(options, 1'000, 0.5), Milliseconds{0});
}

}  // namespace
}  // namespace kplane::http
