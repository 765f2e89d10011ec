// What a watch asks next, and when: its decisions, without a connection.
#include "resource/watch_steps.hpp"

#include <gtest/gtest.h>

#include <kplane/kplane.hpp>
#include <memory>
#include <string>
#include <utility>

namespace kplane::detail {
namespace {

constexpr std::chrono::minutes idle_limit{60};
const char* const modified = R"({"type":"MODIFIED","object":{"metadata":{"name":"a","uid":"u","resourceVersion":"8"}}})"
                             "\n";

/// An answer whose bytes the test appends.
class OpenConnection final : public WatchConnection {
 public:
  explicit OpenConnection(std::string& buffer) noexcept : buffer_(buffer) {}
  std::string& buffer() noexcept override { return buffer_; }
  [[nodiscard]] bool is_open() const noexcept override { return true; }
  [[nodiscard]] const std::string& request_line() const noexcept override { return request_line_; }
  [[nodiscard]] Secrets secrets() const override { return {}; }

 private:
  std::string& buffer_;
  const std::string request_line_ = "GET /";
};

class WatchStepsTest : public ::testing::Test {
 protected:
  [[nodiscard]] WatchStep next() { return steps_.next(TimePoint::max()); }

  /// Without the pause before it, which the caller of the steps would make.
  void connect() {
    received_.clear();
    steps_.take_connection(std::make_unique<OpenConnection>(received_));
    steps_.take_opened();
  }

  void receive(const std::string& bytes) {
    received_ += bytes;
    steps_.take_bytes();
  }

  void break_connection() { steps_.take_end(TransportError("reset", false).share()); }

  [[nodiscard]] TimePoint now() const { return core_->clock().now(); }

  const std::shared_ptr<ClientCore> core_ = std::make_shared<ClientCore>("http://127.0.0.1:1", ClientOptions());
  std::string received_;
  WatchSteps steps_{{core_, nullptr, core_->base_url() + "/api/v1/pods"}, "7", idle_limit, {}};
};

TEST_F(WatchStepsTest, AfterABrokenConnectionTheVersionIsCheckedAtOnce) {
  ASSERT_EQ(next().kind, WatchStep::Kind::open);
  connect();
  break_connection();
  connect();
  const WatchStep read = next();
  ASSERT_EQ(read.kind, WatchStep::Kind::read);
  EXPECT_LE(read.at, now());
  steps_.take_silence();
  const WatchStep check = next();
  ASSERT_EQ(check.kind, WatchStep::Kind::ask);
  EXPECT_NE(check.request->url.find("limit=1"), std::string::npos) << check.request->url;
}

TEST_F(WatchStepsTest, NoAnswerStopsAWatchForLong) {
  ASSERT_EQ(next().kind, WatchStep::Kind::open);
  ApiError::Info info;
  info.status = 503;
  info.retry_after = std::chrono::hours{24 * 300};
  steps_.take_open_error(ServerError(std::move(info)));
  const WatchStep wait = next();
  ASSERT_EQ(wait.kind, WatchStep::Kind::wait);
  EXPECT_GT(wait.at, now() + std::chrono::seconds{30});
  EXPECT_LE(wait.at, now() + std::chrono::seconds{60});
}

TEST_F(WatchStepsTest, AnEventProvesThatTheServerHasTheVersion) {
  ASSERT_EQ(next().kind, WatchStep::Kind::open);
  connect();
  break_connection();
  connect();
  receive(modified);
  ASSERT_TRUE(steps_.has_event());
  const WatchStep read = next();
  ASSERT_EQ(read.kind, WatchStep::Kind::read);
  EXPECT_GT(read.at, now() + idle_limit / 2);
}

// A first connection, and one after an orderly end, has time to say something by itself.
TEST_F(WatchStepsTest, WithoutTroubleTheVersionIsCheckedAfterAWhile) {
  ASSERT_EQ(next().kind, WatchStep::Kind::open);
  connect();
  const WatchStep read = next();
  ASSERT_EQ(read.kind, WatchStep::Kind::read);
  EXPECT_GT(read.at, now());
  EXPECT_LT(read.at, now() + idle_limit / 2);
}

}  // namespace
}  // namespace kplane::detail
