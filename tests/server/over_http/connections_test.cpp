// Connections of LocalServer: many at once, kept alive, counted, verified, and closed at once when it stops.
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "raw_http.hpp"

namespace {

using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;

constexpr int kMany = 300;

LocalServerOptions options_with(bool tls) {
  LocalServerOptions options;
  options.tls = tls;
  return options;
}

std::vector<raw::Connection> connections_to(const LocalServer& server, int count) {
  std::vector<raw::Connection> connections;
  connections.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) connections.emplace_back(server);
  return connections;
}

/// Holds every request back until a number of them has arrived, so that they are known to be under way together.
class Barrier {
 public:
  explicit Barrier(int count) : count_(count) {}
  void arrive() {
    std::unique_lock lock(mutex_);
    if (--count_ == 0) all_here_.notify_all();
    all_here_.wait(lock, [this] { return count_ <= 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable all_here_;
  int count_;
};

class LocalServerConnections : public ::testing::TestWithParam<bool> {};

TEST_P(LocalServerConnections, AreServedByTheHundredAtTheSameTime) {
  LocalServer server(options_with(GetParam()));
  Barrier barrier(kMany);
  server.on_request([&](const std::string&, const std::string&) { barrier.arrive(); });
  auto connections = connections_to(server, kMany);
  EXPECT_EQ(raw::get_concurrently(connections, "/readyz"), kMany);
}

TEST_P(LocalServerConnections, AreKeptAliveByTheHundred) {
  LocalServer server(options_with(GetParam()));
  auto connections = connections_to(server, kMany);
  for (int round = 0; round < 7; ++round) {
    for (auto& connection : connections) ASSERT_EQ(connection.get("/readyz").status, 200);
  }
  EXPECT_EQ(server.connection_count(), static_cast<std::size_t>(kMany));
  EXPECT_EQ(server.request_count(), static_cast<std::size_t>(kMany) * 7);
}

TEST_P(LocalServerConnections, AreClosedAtOnceWhenTheServerStops) {
  LocalServer server(options_with(GetParam()));
  auto connections = connections_to(server, kMany);
  for (auto& connection : connections) ASSERT_EQ(connection.get("/readyz").status, 200);
  server.stop();  // would wait for hours, were it to wait for idle connections
  EXPECT_NE(connections.front().get("/readyz").result, CURLE_OK);
  server.stop();
}

INSTANTIATE_TEST_SUITE_P(Over, LocalServerConnections, ::testing::Values(false, true),
                         [](const auto& tls) { return tls.param ? "Https" : "Http"; });

TEST(LocalServerTls, IsTrustedThroughItsOwnCaOnly) {
  LocalServer server(options_with(true));
  LocalServer other(options_with(true));
  EXPECT_EQ(raw::Connection(server).get("/readyz").status, 200);
  EXPECT_EQ(raw::Connection(server).trusting(other.ca_pem()).get("/readyz").result, CURLE_PEER_FAILED_VERIFICATION);
}

TEST(LocalServerTls, OutlivesAPlainRequestToItsPort) {
  LocalServer server(options_with(true));
  static_cast<void>(raw::exchange_bytes(server, "GET / HTTP/1.1\r\n\r\n"));
  EXPECT_EQ(raw::Connection(server).get("/readyz").status, 200);
}

TEST(LocalServer, SaysWhichPortIsTaken) {
  LocalServer server;
  LocalServerOptions options;
  options.port = server.port();
  try {
    LocalServer second(options);
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(std::to_string(server.port())), std::string::npos);
  }
}

TEST(LocalServer, CanBeMadeAndDroppedManyTimes) {
  for (int i = 0; i < 20; ++i) {
    LocalServer server;
    EXPECT_GT(server.port(), 0);
  }
}

}  // namespace
