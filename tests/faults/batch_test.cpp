// Batches: order, bounds, and planes that fail beside planes that do not.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/clients.hpp"
#include "support/planes.hpp"
#include "support/raw_server.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;

TEST(Batch, ResultsAreInTheOrderOfThePlanes) {
  const RawServer server(serving_states());
  const Client client(server.base_url());
  const auto planes = planes_of(client, 100);
  const auto results = client.states(planes);
  ASSERT_EQ(results.size(), planes.size());
  for (std::size_t i = 0; i < planes.size(); ++i) {
    EXPECT_EQ(results[i].plane().cluster(), planes[i].cluster());
    EXPECT_EQ(results[i]->cluster, planes[i].cluster());
  }
}

/// A client whose plugin ends only when there is a file.
class SlowPlugin {
 public:
  explicit SlowPlugin(const RawServer& server) {
    const std::string plugin = (directory_.path() / "plugin").string();
    std::ofstream(plugin) << "#!/bin/sh\nuntil [ -e '" << go_.string() << "' ]; do sleep 0.01; done\n"
                          << R"(echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",)"
                          << R"("status":{"token":"of-the-plugin"}}')" << '\n';
    std::filesystem::permissions(plugin, std::filesystem::perms::owner_all);
    std::ofstream(config_) << "current-context: a\ncontexts: [{name: a, context: {cluster: a, user: a}}]\n"
                           << "clusters: [{name: a, cluster: {server: \"" << server.base_url() << "\"}}]\n"
                           << "users: [{name: a, user: {exec: {apiVersion: client.authentication.k8s.io/v1, "
                           << "command: ./plugin, interactiveMode: Never}}}]\n";
  }
  void end() const { std::ofstream{go_}; }

  [[nodiscard]] Client client() const { return Client::from_kubeconfig({config_.string()}); }

 private:
  TemporaryDirectory directory_;
  std::filesystem::path go_ = directory_.path() / "go";
  std::filesystem::path config_ = directory_.path() / "config";
};

/// One that needs no plugin, and two that do.
std::vector<Plane> planes_before_and_behind_a_plugin(const Client& client) {
  PlaneOptions own;
  own.token = "of-the-plane";
  return {client.plane("quick", own), client.plane("slow"), client.plane("slower")};
}

TEST(Batch, TransfersAreAnsweredWhileAPluginRuns) {
  const RawServer server(serving_states());
  const SlowPlugin plugin(server);
  const Client client = plugin.client();
  std::vector<std::string> read;
  client.for_each_state(planes_before_and_behind_a_plugin(client), [&](const StateResult& result) {
    plugin.end();
    read.push_back(result->cluster);
  });
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read.front(), "quick");
}

TEST(Batch, FunctionMayAskForWhatThePluginIsRunFor) {
  const RawServer server(serving_states());
  const SlowPlugin plugin(server);
  const Client client = plugin.client();
  std::vector<std::string> read;
  client.for_each_state(planes_before_and_behind_a_plugin(client), [&](const StateResult& result) {
    plugin.end();
    read.push_back(client.plane(result->cluster + "-2").state().cluster);
  });
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read.front(), "quick-2");
}

TEST(Batch, FunctionMayThrowWhileAPluginRuns) {
  const RawServer server(serving_states());
  const SlowPlugin plugin(server);
  const Client client = plugin.client();
  const auto fail = [&](const StateResult&) {
    plugin.end();
    throw std::out_of_range("enough");
  };
  EXPECT_THROW(client.for_each_state(planes_before_and_behind_a_plugin(client), fail), std::out_of_range);
}

TEST(Batch, OfNoPlanesIsNothing) {
  const Client client("http://127.0.0.1:1");
  EXPECT_TRUE(client.states({}).empty());
}

TEST(Batch, ConcurrencyMayBeAsLargeAsANumberGets) {
  const RawServer server(serving_states());
  for (const std::size_t most : {std::size_t{1} << 60, std::numeric_limits<std::size_t>::max()}) {
    ClientOptions options;
    options.max_connections = most;
    const Client client(server.base_url(), options);
    for (const StateResult& result : client.states(planes_of(client, 3), {}, {most, milliseconds(20'000)}))
      EXPECT_TRUE(result) << result.plane().cluster();
  }
}

TEST(Batch, PlaneMayStandInItTwice) {
  const RawServer server(serving_states());
  const Client client(server.base_url());
  const auto results = client.states({client.plane("x"), client.plane("x")});
  EXPECT_EQ(results[0]->cluster, "x");
  EXPECT_EQ(results[1]->cluster, "x");
}

TEST(Batch, ErrorSpoilsOnlyItsOwnPlane) {
  const RawServer server(answering([](const std::string& request) {
    const std::string cluster = cluster_of(request);
    if (cluster == "p3") return http_response(403, R"({"kind":"Status","reason":"Forbidden","message":"no"})");
    if (cluster == "p5") return std::string();
    if (cluster == "p7") return http_response(200, "<html>");
    return http_response(200, state_body(cluster));
  }));
  const Client client(server.base_url(), with_quick_retries());
  const auto results = client.states(planes_of(client, 10));
  for (std::size_t i = 0; i < results.size(); ++i)
    EXPECT_EQ(static_cast<bool>(results[i]), i != 3 && i != 5 && i != 7) << i;
  EXPECT_THROW(results[3].error().raise(), Forbidden);
  EXPECT_THROW(results[5].error().raise(), TransportError);
  EXPECT_THROW(results[7].error().raise(), DecodeError);
  EXPECT_THROW((void)*results[3], Forbidden);
  EXPECT_THROW((void)results[3]->cluster, Forbidden);
  EXPECT_THROW((void)results[0].error(), std::logic_error);
}

TEST(Batch, PassingFailuresAreRetried) {
  std::mutex mutex;
  std::set<std::string> failed;
  const RawServer server(answering([&](const std::string& request) {
    const std::string cluster = cluster_of(request);
    const std::lock_guard lock(mutex);
    if (failed.insert(cluster).second) return http_response(503, "", "text/plain", "Retry-After: 0\r\n");
    return http_response(200, state_body(cluster));
  }));
  const Client client(server.base_url(), with_quick_retries());
  for (const StateResult& result : client.states(planes_of(client, 50))) EXPECT_TRUE(result);
}

TEST(Batch, EveryPlaneGetsItsResultWhenTheTimeIsUp) {
  const RawServer server([](Connection& connection) { connection.wait_for_close(); });
  const Client client(server.base_url());
  BatchOptions batch;
  batch.concurrency = 4;
  batch.timeout = milliseconds{30};
  const auto results = client.states(planes_of(client, 200), {}, batch);
  ASSERT_EQ(results.size(), 200U);
  for (const StateResult& result : results) EXPECT_THROW(result.error().raise(), TimeoutError);
}

TEST(Batch, NeverHasMoreInFlightThanAllowed) {
  RequestsInFlight in_flight;
  const RawServer server(serving_states(in_flight));
  const Client client(server.base_url());
  BatchOptions batch;
  batch.concurrency = 3;
  for (const StateResult& result : client.states(planes_of(client, 60), {}, batch)) EXPECT_TRUE(result);
  EXPECT_LE(in_flight.most(), 3);
  EXPECT_LE(server.connection_count(), 3U);
}

TEST(Batch, ConnectionsServeTheNextBatch) {
  const RawServer server(serving_states());
  const Client client(server.base_url());
  BatchOptions batch;
  batch.concurrency = 4;
  for (int i = 0; i < 5; ++i) {
    for (const StateResult& result : client.states(planes_of(client, 40), {}, batch)) ASSERT_TRUE(result);
  }
  EXPECT_LE(server.connection_count(), 4U);
}

TEST(ForEachState, HandsOverEveryResultOnce) {
  const RawServer server(serving_states());
  const Client client(server.base_url());
  std::multiset<std::string> seen;
  client.for_each_state(planes_of(client, 300), [&](StateResult result) { seen.insert(result->cluster); });
  EXPECT_EQ(seen.size(), 300U);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 300U);
}

TEST(ForEachState, WhatTheFunctionThrowsEndsTheBatchAndLeavesTheClientUsable) {
  const RawServer server(serving_states());
  const Client client(server.base_url());
  int calls = 0;
  const auto fail_late = [&calls](const StateResult&) {
    if (++calls == 5) throw std::runtime_error("enough");
  };
  EXPECT_THROW(client.for_each_state(planes_of(client, 100), fail_late), std::runtime_error);
  EXPECT_EQ(calls, 5);
  for (const StateResult& result : client.states(planes_of(client, 30))) EXPECT_TRUE(result);
}

TEST(ForEachState, SlowFunctionDoesNotRunOutTheTimeOfRequestsThatAreAnswered) {
  const RawServer server(serving_states());
  ClientOptions options = without_retries();
  options.request_timeout = milliseconds{1'000};
  const Client client(server.base_url(), options);
  BatchOptions batch;
  batch.concurrency = 8;
  int failed = 0;
  client.for_each_state(
      planes_of(client, 16),
      [&failed](const StateResult& result) {
        failed += result ? 0 : 1;
        const auto until = std::chrono::steady_clock::now() + milliseconds{100};
        while (std::chrono::steady_clock::now() < until) std::this_thread::yield();  // work, not a wait
      },
      {}, batch);
  EXPECT_EQ(failed, 0);
}

TEST(ForEachState, FunctionMayCallTheClient) {
  const RawServer server(serving_states());
  const Client client(server.base_url());
  std::size_t nested = 0;
  client.for_each_state(planes_of(client, 5), [&](const StateResult& result) {
    nested += client.states({result.plane(), client.plane("other")}).size();
    nested += result.plane().state().total_items();
  });
  EXPECT_EQ(nested, 15U);
}

TEST(Batch, OptionsAreChecked) {
  const Client client("http://127.0.0.1:1");
  BatchOptions none;
  none.concurrency = 0;
  EXPECT_THROW((void)client.states({client.plane("a")}, {}, none), ConfigError);
  EXPECT_THROW(client.for_each_state({client.plane("a")}, nullptr), ConfigError);
  const Client another("http://127.0.0.1:1");
  EXPECT_THROW((void)client.states({another.plane("a")}), ConfigError);
  StateOptions wrong;
  wrong.resources = {"a b"};
  EXPECT_THROW((void)client.states({client.plane("a")}, wrong), ConfigError);
}

TEST(StateResult, SnapshotCanBeMovedOut) {
  const RawServer server(serving_states());
  const Client client(server.base_url());
  auto results = client.states({client.plane("a")});
  const Snapshot snapshot = *std::move(results[0]);
  EXPECT_EQ(snapshot.total_items(), 1U);
}

}  // namespace
}  // namespace kplane::tests
