#include "session/retry_state.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace kplane::detail {
namespace {

ApiError::Info refusal_of_status(int status, std::optional<Milliseconds> retry_after = {}) {
  ApiError::Info info;
  info.status = status;
  info.retry_after = retry_after;
  return info;
}

const TooManyRequests busy(refusal_of_status(429));
const NotFound missing(refusal_of_status(404));

TEST(RetryState, DoublesItsPausesAndGivesUpAfterSixFailuresInARow) {
  RetryState retries;
  for (const int pause : {50, 100, 200, 400, 800, 1'000}) EXPECT_EQ(retries.pause_after(busy), Milliseconds{pause});
  EXPECT_EQ(retries.pause_after(busy), std::nullopt);
  retries.note_answer();
  EXPECT_EQ(retries.pause_after(busy), Milliseconds{50});
}

TEST(RetryState, ErrorThatIsAnAnswerIsNotRetriedAndEndsTheRow) {
  RetryState retries;
  EXPECT_EQ(retries.pause_after(busy), Milliseconds{50});
  retries.note_error(missing, true);
  EXPECT_EQ(retries.pause_after(missing), std::nullopt);
  EXPECT_EQ(retries.pause_after(busy), Milliseconds{50});
}

TEST(RetryState, WriteMayBeDoneAfterAnErrorOfTheServerUntilItIsForgotten) {
  const ServerError failed(refusal_of_status(500));
  RetryState retries;
  retries.note_error(failed, false);
  retries.note_error(missing, true);
  EXPECT_FALSE(retries.may_be_done());
  retries.note_error(failed, true);
  EXPECT_TRUE(retries.may_be_done());
  retries.forget_writes();
  EXPECT_FALSE(retries.may_be_done());
}

TEST(RetryState, PauseThatTheServerAsksForCountsWithinTheTimeThatIsLeft) {
  const TooManyRequests asks(refusal_of_status(429, Milliseconds{300}));
  EXPECT_EQ(pause_before_retry(Milliseconds{50}, asks, Milliseconds{1'000}), Milliseconds{300});
  EXPECT_EQ(pause_before_retry(Milliseconds{400}, asks, Milliseconds{1'000}), Milliseconds{400});
  EXPECT_EQ(pause_before_retry(Milliseconds{50}, asks, Milliseconds{300}), std::nullopt);
  EXPECT_EQ(pause_before_retry(Milliseconds{50}, busy, Milliseconds{10}), Milliseconds{50});
}

}  // namespace
}  // namespace kplane::detail
