// Transfers driven by the events of their sockets.
#include "curl/event_multi.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "support/raw_server.hpp"

namespace kplane::curl {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::minutes long_enough{1};

std::size_t ignore(char* /*data*/, std::size_t size, std::size_t count, void* /*unused*/) { return size * count; }

class EventMultiTest : public ::testing::Test {
 protected:
  /// Performs a GET. @return how it ended; nullopt: not in time
  std::optional<CURLcode> get(const std::string& url) {
    set_option(easy_.get(), CURLOPT_URL, url.c_str());
    set_option(easy_.get(), CURLOPT_PROXY, "");
    set_option(easy_.get(), CURLOPT_WRITEFUNCTION, &ignore);
    EXPECT_EQ(curl_multi_add_handle(multi_.get(), easy_.get()), CURLM_OK);
    std::optional<CURLcode> ended;
    for (const auto end = Clock::now() + long_enough; !ended && Clock::now() < end;) {
      multi_.perform();
      int left = 0;
      const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
      if (message != nullptr) {
        ended = message->data.result;
      } else {
        multi_.wait(long_enough);
      }
    }
    EXPECT_EQ(curl_multi_remove_handle(multi_.get(), easy_.get()), CURLM_OK);
    return ended;
  }

  milliseconds time_of_wait(milliseconds longest) {
    const auto begin = Clock::now();
    multi_.wait(longest);
    return std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
  }

  EventMulti multi_;
  EasyHandle easy_ = make_easy();
};

TEST_F(EventMultiTest, WaitEndsByItsTime) { EXPECT_GE(time_of_wait(milliseconds{20}), milliseconds{20}); }

TEST_F(EventMultiTest, WakeEndsTheNextWaitAndOnlyThat) {
  multi_.wake();
  multi_.perform();  // does not forget it
  EXPECT_LT(time_of_wait(long_enough), long_enough);
  EXPECT_GE(time_of_wait(milliseconds{20}), milliseconds{20});
}

TEST_F(EventMultiTest, WakeEndsAWaitOfAnotherThread) {
  std::thread other([this] { multi_.wake(); });
  multi_.wait(long_enough);
  other.join();
}

TEST_F(EventMultiTest, TransfersEndOneAfterTheOtherOnOneConnection) {
  const tests::RawServer server(
      tests::answering([](const std::string&) { return tests::http_response(200, std::string(300'000, 'x')); }));
  for (int i = 0; i < 5; ++i) ASSERT_EQ(get(server.base_url()), CURLE_OK);
  EXPECT_EQ(server.connection_count(), 1U);
}

TEST_F(EventMultiTest, RefusedConnectionIsAnError) {
  EXPECT_EQ(get("http://127.0.0.1:" + std::to_string(tests::closed_port())), CURLE_COULDNT_CONNECT);
}

TEST_F(EventMultiTest, ATimeLimitOfATransferEndsIt) {
  const tests::RawServer server([](tests::Connection& connection) { connection.wait_for_close(); });
  set_option(easy_.get(), CURLOPT_TIMEOUT_MS, 30L);
  EXPECT_EQ(get(server.base_url()), CURLE_OPERATION_TIMEDOUT);
}

TEST_F(EventMultiTest, IdleConnectionThatTheServerClosesDoesNotEndWaits) {
  {
    const tests::RawServer server(tests::answering([](const std::string&) { return tests::http_response(200, "x"); }));
    ASSERT_EQ(get(server.base_url()), CURLE_OK);
  }  // closes it
  EXPECT_GE(time_of_wait(milliseconds{20}), milliseconds{20});
}

// The files of a process that has forked are open in its child too, and so do not leave an epoll by being closed.
TEST_F(EventMultiTest, ConnectionThatAForkedChildHoldsOpenDoesNotEndWaits) {
  int hold[2];
  ASSERT_EQ(::pipe(hold), 0);
  {
    const tests::RawServer server([](tests::Connection& connection) { connection.wait_for_close(); });
    set_option(easy_.get(), CURLOPT_URL, server.base_url().c_str());
    set_option(easy_.get(), CURLOPT_PROXY, "");
    ASSERT_EQ(curl_multi_add_handle(multi_.get(), easy_.get()), CURLM_OK);
    while (server.connection_count() == 0) {
      multi_.perform();
      multi_.wait(milliseconds{10});
    }
    if (::fork() == 0) {
      char byte = 0;
      ::close(hold[1]);
      static_cast<void>(::read(hold[0], &byte, 1));
      ::_exit(0);
    }
    ASSERT_EQ(curl_multi_remove_handle(multi_.get(), easy_.get()), CURLM_OK);  // closes it
  }
  for (int i = 0; i < 3; ++i) {
    multi_.perform();
    multi_.wait(milliseconds{0});
  }
  EXPECT_GE(time_of_wait(milliseconds{20}), milliseconds{20});
  multi_.wake();
  EXPECT_LT(time_of_wait(long_enough), long_enough);
  ::close(hold[1]);
  ::close(hold[0]);
  ::wait(nullptr);
}

}  // namespace
}  // namespace kplane::curl
