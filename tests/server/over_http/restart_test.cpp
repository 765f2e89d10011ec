// A server that goes down and comes back, and connections that are cut around a request.
#include <chrono>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <kplane/error.hpp>

#include "paths.hpp"
#include "raw_http.hpp"

namespace {

using kplane::testing::Cut;
using kplane::testing::Fault;
using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;
using nlohmann::json;

constexpr const char kMap[] = "/clusters/a/control-plane/api/v1/namespaces/default/configmaps/a";

class LocalServerRestart : public ::testing::TestWithParam<bool> {
 protected:
  LocalServerRestart() : server(options()) {}
  static LocalServerOptions options() {
    LocalServerOptions options;
    options.tls = GetParam();
    return options;
  }
  LocalServer server;
};

TEST_P(LocalServerRestart, KeepsObjectsAndPort) {
  raw::Connection connection(server);
  ASSERT_EQ(connection.send("POST", kMaps, R"({"metadata":{"name":"a"}})").status, 201);
  const auto before = connection.get(kMaps);
  const std::uint16_t port = server.port();
  server.stop_listening();
  EXPECT_EQ(connection.get(kMap).result, CURLE_COULDNT_CONNECT);
  server.stop_listening();
  EXPECT_EQ(raw::Connection(server).get(kMap).result, CURLE_COULDNT_CONNECT);
  server.restart();
  EXPECT_EQ(server.port(), port);
  EXPECT_EQ(connection.get(kMaps).body, before.body);
  server.restart();
  EXPECT_EQ(connection.get(kMaps).body, before.body);
}

TEST_P(LocalServerRestart, LetsAWatchGoOnWhereItWas) {
  raw::Connection connection(server);
  const std::string version = json::parse(connection.get(kMaps).body)["metadata"]["resourceVersion"];
  const std::string target = std::string(kMaps) + "?watch=1&resourceVersion=" + version;
  raw::LineStream watch(server, target);
  ASSERT_EQ(watch.status(), 200);
  server.stop_listening();
  EXPECT_EQ(watch.next_line(), std::nullopt);
  EXPECT_NE(watch.result(), CURLE_OK);
  EXPECT_EQ(server.watch_count(), 0U);
  server.restart();
  ASSERT_EQ(connection.send("POST", kMaps, R"({"metadata":{"name":"a"}})").status, 201);
  raw::LineStream again(server, target);
  EXPECT_NE(again.next_line().value_or("").find(R"("ADDED")"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Over, LocalServerRestart, ::testing::Values(false, true),
                         [](const auto& tls) { return tls.param ? "Https" : "Http"; });

TEST(LocalServerStop, IsFinal) {
  LocalServer server;
  server.stop();
  EXPECT_THROW(server.restart(), std::logic_error);
}

/// Sends PATCHes that each count `data.n` up, on connections of their own: libcurl repeats on its own what was cut on
/// a connection that it had used before.
long patch(const LocalServer& server, int n) {
  const json change = {{"data", {{"n", std::to_string(n)}}}};
  return raw::Connection(server).send("PATCH", kMap, change.dump(), "application/merge-patch+json").status;
}

std::string stored(const LocalServer& server) {
  return json::parse(raw::Connection(server).get(kMap).body).value("data", json::object()).value("n", "");
}

class LocalServerCutAnswer : public ::testing::Test {
 protected:
  LocalServerCutAnswer() { raw::Connection(server).send("POST", kMaps, R"({"metadata":{"name":"a"}})"); }
  void cut(Cut where, int every = 1) {
    Fault fault;
    fault.method = "PATCH";
    fault.times = -1;
    fault.every = every;
    fault.cut = where;
    server.add_fault(fault);
  }
  LocalServer server;
};

TEST_F(LocalServerCutAnswer, BeforeTheRequestIsCarriedOut) {
  cut(Cut::before);
  EXPECT_EQ(patch(server, 1), 0);
  EXPECT_EQ(stored(server), "");
}

TEST_F(LocalServerCutAnswer, AfterTheRequestWasCarriedOut) {
  cut(Cut::after);
  EXPECT_EQ(patch(server, 1), 0);
  EXPECT_EQ(stored(server), "1");
}

TEST_F(LocalServerCutAnswer, InsideItsBody) {
  cut(Cut::inside);
  EXPECT_EQ(patch(server, 1), 200);
  EXPECT_EQ(stored(server), "1");
}

TEST_F(LocalServerCutAnswer, EveryFewRequests) {
  cut(Cut::after, 3);
  std::string statuses;
  for (int i = 0; i < 7; ++i) statuses += patch(server, i) == 200 ? 'y' : 'n';
  EXPECT_EQ(statuses, "yynyyny");
}

std::string struck_requests(std::uint64_t seed) {
  LocalServerOptions options;
  options.seed = seed;
  LocalServer server(options);
  Fault fault;
  fault.times = -1;
  fault.chance = 0.5;
  fault.cut = Cut::anywhere;
  server.add_fault(fault);
  std::string struck;
  for (int i = 0; i < 40; ++i) struck += raw::Connection(server).get("/readyz").result == CURLE_OK ? 'y' : 'n';
  return struck;
}

TEST(LocalServerChance, IsDrawnFromTheSeed) {
  const std::string struck = struck_requests(7);
  EXPECT_NE(struck.find('y'), std::string::npos);
  EXPECT_NE(struck.find('n'), std::string::npos);
  EXPECT_EQ(struck_requests(7), struck);
  EXPECT_NE(struck_requests(8), struck);
}

TEST(LocalServerFault, RefusesNumbersThatMakeNoSense) {
  LocalServer server;
  Fault fault;
  fault.every = 0;
  EXPECT_THROW(server.add_fault(fault), kplane::ConfigError);
  fault.every = 1;
  fault.chance = 1.5;
  EXPECT_THROW(server.add_fault(fault), kplane::ConfigError);
}

}  // namespace
