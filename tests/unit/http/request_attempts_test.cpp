#include "http/request_attempts.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "curl/handles.hpp"
#include "support/fake_clock.hpp"

namespace kplane::http {
namespace {

using namespace std::chrono_literals;

class RequestAttemptsTest : public testing::Test {
 protected:
  RequestAttemptsTest() { options_.clock = clock_.clock(); }

  [[nodiscard]] Request request() const {
    Request request;
    request.method = "GET";
    request.url = "http://localhost/api";
    request.idempotent = true;
    request.deadline = options_.clock.now() + 10s;
    return request;
  }

  /// Makes an attempt that ends with `code`; nothing is sent.
  std::optional<TimePoint> attempt(RequestAttempts& attempts, CURLcode code) {
    EXPECT_EQ(attempts.identify({}), nullptr);
    attempts.begin(handle_.get(), {});
    return attempts.finish(code);
  }

  tests::FakeClock clock_;
  TransportOptions options_;
  curl::EasyHandle handle_ = curl::make_easy();
};

TEST_F(RequestAttemptsTest, WhoseTimeEndsBeforeTheFirstOneTimeOut) {
  RequestAttempts attempts(options_, request());
  const Result<Response> result = attempts.overdue("too late");
  ASSERT_FALSE(result.ok());
  EXPECT_NE(dynamic_cast<const TimeoutError*>(result.error().get()), nullptr);
  EXPECT_STREQ(result.error()->what(), "GET http://localhost/api: too late");
}

TEST_F(RequestAttemptsTest, WhoseTimeEndsBetweenTwoOfThemHaveTheResultOfTheLastOne) {
  RequestAttempts attempts(options_, request());
  ASSERT_TRUE(attempt(attempts, CURLE_RECV_ERROR));
  ASSERT_TRUE(attempt(attempts, CURLE_COULDNT_CONNECT));
  const Result<Response> result = attempts.overdue("too late");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(dynamic_cast<const TimeoutError*>(result.error().get()), nullptr);
  EXPECT_NE(dynamic_cast<const TransportError*>(result.error().get()), nullptr);
}

}  // namespace
}  // namespace kplane::http
