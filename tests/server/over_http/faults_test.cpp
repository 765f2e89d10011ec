// Scripted faults as a client sees them.
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>

#include <gtest/gtest.h>

#include "paths.hpp"
#include "raw_http.hpp"

namespace {

using kplane::testing::Fault;
using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;

TEST(LocalServerFault, AnswersInPlaceOfTheServer) {
  LocalServer server;
  Fault fault;
  fault.path_contains = "/state";
  fault.status = 429;
  fault.body = "slow down";
  fault.headers = {{"Retry-After", "7"}};
  server.add_fault(fault);
  raw::Connection connection(server);
  EXPECT_EQ(connection.get("/readyz").status, 200);
  const auto struck = connection.get(kState);
  EXPECT_EQ(struck.status, 429);
  EXPECT_EQ(struck.body, "slow down");
  EXPECT_EQ(struck.headers.at("retry-after"), "7");
  EXPECT_EQ(struck.headers.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(connection.get(kState).status, 200);
  EXPECT_EQ(server.request_count(), 3U);
  EXPECT_EQ(server.request_count("/state", "GET"), 2U);
}

TEST(LocalServerFault, CanBeTakenBack) {
  LocalServer server;
  Fault fault;
  fault.status = 500;
  fault.times = -1;
  server.add_fault(fault);
  raw::Connection connection(server);
  EXPECT_EQ(connection.get("/readyz").status, 500);
  EXPECT_EQ(connection.get("/readyz").status, 500);
  server.clear_faults();
  EXPECT_EQ(connection.get("/readyz").status, 200);
}

class LocalServerCut : public ::testing::TestWithParam<bool> {};

TEST_P(LocalServerCut, EndsTheBodyEarlyAndTheConnection) {
  LocalServerOptions options;
  options.tls = GetParam();
  LocalServer server(options);
  for (const std::size_t length : {std::size_t{0}, std::size_t{100}, std::size_t{10'000'000}}) {
    Fault fault;
    fault.path_contains = "/state";
    fault.cut_after = length;
    server.add_fault(fault);
    raw::Connection connection(server);
    const auto cut = connection.get(kState);
    EXPECT_NE(cut.result, CURLE_OK);
    EXPECT_EQ(cut.status, 200);
    EXPECT_LE(cut.body.size(), length);
    if (length == 100) {
      EXPECT_EQ(cut.body.size(), length);
    }
    EXPECT_EQ(connection.get(kState).status, 200);
  }
}

INSTANTIATE_TEST_SUITE_P(Over, LocalServerCut, ::testing::Values(false, true),
                         [](const auto& tls) { return tls.param ? "Https" : "Http"; });

TEST(LocalServerFault, CutsAnAnswerOfItsOwn) {
  LocalServer server;
  Fault fault;
  fault.status = 200;
  fault.body = "{\"cluster\":\"a\"}";
  fault.cut_after = 5;
  server.add_fault(fault);
  const auto cut = raw::Connection(server).get(kState);
  EXPECT_NE(cut.result, CURLE_OK);
  EXPECT_EQ(cut.body, "{\"clu");
}

TEST(LocalServerFault, StopsDelayingWhenTheServerStops) {
  LocalServer server;
  Fault fault;
  fault.delay = std::chrono::hours(1);
  server.add_fault(fault);
  std::mutex mutex;
  std::condition_variable arrived;
  bool is_here = false;
  server.on_request([&](const std::string&, const std::string&) {
    const std::lock_guard lock(mutex);
    is_here = true;
    arrived.notify_all();
  });
  auto client = std::async(std::launch::async, [&] { return raw::Connection(server).get("/readyz").result; });
  {
    std::unique_lock lock(mutex);
    arrived.wait(lock, [&] { return is_here; });
  }
  server.stop();
  client.get();
  EXPECT_EQ(server.request_count("/readyz"), 1U);
}

TEST(LocalServerFault, DelaysTheRealAnswer) {
  LocalServer server;
  Fault fault;
  fault.delay = std::chrono::milliseconds(50);
  server.add_fault(fault);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(raw::Connection(server).get("/readyz").status, 200);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, fault.delay);
}

}  // namespace
