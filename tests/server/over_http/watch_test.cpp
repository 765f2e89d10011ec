// Watches as a client sees them.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "paths.hpp"
#include "raw_http.hpp"

namespace {

using kplane::testing::Fault;
using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;
using nlohmann::json;

json configmap(const std::string& name, const json& labels = json::object()) {
  return {{"metadata", {{"name", name}, {"labels", labels}}}};
}

/// A server, a connection that writes to it, and short ways to say what is written.
class LocalServerWatch : public ::testing::Test {
 protected:
  json create(const std::string& name, const json& labels = json::object()) {
    return json::parse(connection.send("POST", kMaps, configmap(name, labels).dump()).body);
  }
  json patch(const std::string& name, const json& change) {
    return json::parse(
        connection.send("PATCH", std::string(kMaps) + "/" + name, change.dump(), "application/merge-patch+json").body);
  }
  void remove(const std::string& name) { connection.send("DELETE", std::string(kMaps) + "/" + name); }
  std::string version() { return json::parse(connection.get(kMaps).body)["metadata"]["resourceVersion"]; }
  /// Whether all watches are over in good time; asks the server something meanwhile rather than sleep.
  bool watches_end() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (server.watch_count() > 0 && std::chrono::steady_clock::now() < deadline) connection.get("/readyz");
    return server.watch_count() == 0;
  }

  LocalServer server;
  raw::Connection connection{server};
};

json next_event(raw::LineStream& watch) {
  const auto line = watch.next_line();
  return line ? json::parse(*line) : json::object();
}

/// `ADDED a`
std::string summary(const json& event) {
  if (event.empty()) return "end";
  const json metadata = event["object"].value("metadata", json::object());
  return event["type"].get<std::string>() + " " + metadata.value("name", "");
}

std::string next(raw::LineStream& watch) { return summary(next_event(watch)); }

std::string version_of(const json& event) { return event["object"]["metadata"]["resourceVersion"]; }

std::string watching(const std::string& collection, const std::string& query) {
  return collection + "?watch=true" + (query.empty() ? "" : "&" + query);
}

TEST_F(LocalServerWatch, SendsChangesAsTheyHappen) {
  raw::LineStream watch(server, watching(kMaps, "resourceVersion=" + version()));
  ASSERT_EQ(watch.status(), 200);
  EXPECT_EQ(watch.headers().at("content-type"), "application/json");
  EXPECT_EQ(watch.headers().at("transfer-encoding"), "chunked");
  const json created = create("a");
  const json added = next_event(watch);
  EXPECT_EQ(added["type"], "ADDED");
  EXPECT_EQ(added["object"], created);
  const json changed = patch("a", {{"data", {{"k", "v"}}}});
  const json modified = next_event(watch);
  EXPECT_EQ(modified["type"], "MODIFIED");
  EXPECT_EQ(modified["object"], changed);
  remove("a");
  const json deleted = next_event(watch);
  EXPECT_EQ(deleted["type"], "DELETED");
  EXPECT_EQ(version_of(deleted), version());
  EXPECT_EQ(deleted["object"]["data"], changed["data"]);
}

TEST_F(LocalServerWatch, BeginsWithWhatThereIs) {
  create("a");
  for (const char* query : {"", "resourceVersion=0",
                            "resourceVersion=1&sendInitialEvents=true&"
                            "resourceVersionMatch=NotOlderThan"}) {
    raw::LineStream watch(server, watching(kMaps, query));
    EXPECT_EQ(next(watch), "ADDED a") << query;
    patch("a", {{"data", {{"k", query}}}});
    EXPECT_EQ(next(watch), "MODIFIED a") << query;
  }
}

TEST_F(LocalServerWatch, GoesOnFromAVersion) {
  create("a");
  const std::string from = version();
  create("b");
  remove("a");
  raw::LineStream watch(server, watching(kMaps, "resourceVersion=" + from));
  EXPECT_EQ(next(watch), "ADDED b");
  EXPECT_EQ(next(watch), "DELETED a");
}

TEST_F(LocalServerWatch, SeesOnlyItsNamespaceAndItsPlane) {
  raw::LineStream watch(server, watching(kMaps, "resourceVersion=" + version()));
  raw::LineStream everywhere(server,
                             watching("/clusters/a/control-plane/api/v1/configmaps", "resourceVersion=" + version()));
  ASSERT_EQ(watch.status(), 200);
  ASSERT_EQ(everywhere.status(), 200);
  connection.send("POST", "/clusters/b/control-plane/api/v1/namespaces/default/configmaps", configmap("b").dump());
  connection.send("POST", "/clusters/a/control-plane/api/v1/namespaces/kube-system/configmaps", configmap("k").dump());
  create("a");
  EXPECT_EQ(next(watch), "ADDED a");
  EXPECT_EQ(next(everywhere), "ADDED k");
  EXPECT_EQ(next(everywhere), "ADDED a");
}

TEST_F(LocalServerWatch, ShowsObjectsComeAndGoWithTheirLabels) {
  create("a", {{"app", "x"}});
  raw::LineStream watch(server, watching(kMaps, "labelSelector=app%3Dx&resourceVersion=" + version()));
  ASSERT_EQ(watch.status(), 200);
  create("other", {{"app", "y"}});
  const std::string left = patch("a", {{"metadata", {{"labels", {{"app", "y"}}}}}})["metadata"]["resourceVersion"];
  const json gone = next_event(watch);
  EXPECT_EQ(summary(gone), "DELETED a");
  EXPECT_EQ(version_of(gone), left);
  EXPECT_EQ(gone["object"]["metadata"]["labels"]["app"], "x");
  remove("a");
  patch("other", {{"metadata", {{"labels", {{"app", "x"}}}}}});
  EXPECT_EQ(next(watch), "ADDED other");
  patch("other", {{"data", {{"k", "v"}}}});
  EXPECT_EQ(next(watch), "MODIFIED other");
}

TEST_F(LocalServerWatch, WatchesOneObjectByItsName) {
  raw::LineStream watch(server, watching(kMaps, "fieldSelector=metadata.name%3Db&resourceVersion=" + version()));
  ASSERT_EQ(watch.status(), 200);
  create("a");
  create("b");
  EXPECT_EQ(next(watch), "ADDED b");
}

TEST_F(LocalServerWatch, ShowsTheStatusOfFleets) {
  raw::LineStream watch(server, watching(kFleets, ""));
  ASSERT_EQ(watch.status(), 200);
  connection.send("POST", kFleets,
                  R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":"rl"},"spec":{"replicas":2}})");
  EXPECT_EQ(next(watch), "ADDED rl");
  while (true) {
    const json event = next_event(watch);
    ASSERT_EQ(event.value("type", ""), "MODIFIED");
    if (event["object"]["status"].value("readyReplicas", 0) == 2) break;
  }
}

TEST_F(LocalServerWatch, RemembersNothingOfItsBootstrap) {
  raw::LineStream watch(server, watching(kMaps, "resourceVersion=1"));
  EXPECT_EQ(next_event(watch)["object"]["reason"], "Expired");
  EXPECT_EQ(watch.next_line(), std::nullopt);
}

TEST_F(LocalServerWatch, SaysThatAVersionIsTooOld) {
  create("a");
  server.compact_watch_history("a");
  const std::string now = version();
  raw::LineStream watch(server, watching(kMaps, "resourceVersion=1"));
  EXPECT_EQ(watch.status(), 200);
  const std::string begin =
      R"({"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
      R"("message":"too old resource version: 1 )";
  EXPECT_EQ(watch.next_line().value_or(""), begin + "(" + now + R"X()","reason":"Expired","code":410}})X");
  EXPECT_EQ(watch.next_line(), std::nullopt);
  EXPECT_EQ(watch.result(), CURLE_OK);
  raw::LineStream fresh(server, watching(kMaps, "resourceVersion=" + now));
  ASSERT_EQ(fresh.status(), 200);
  create("b");
  server.compact_watch_history("a");
  EXPECT_EQ(next(fresh), "ADDED b");
}

// The cache behind it has not come so far: what happens until then is older than what was asked for.
TEST_F(LocalServerWatch, IsSilentFromAVersionOfTheFutureOn) {
  raw::LineStream watch(server, watching(kMaps, "timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion=999999999"));
  ASSERT_EQ(watch.status(), 200);
  create("a");
  EXPECT_EQ(watch.next_line(), std::nullopt);
  EXPECT_EQ(watch.result(), CURLE_OK);
}

TEST_F(LocalServerWatch, SaysThatItCannotBeginWithWhatIsInTheFuture) {
  create("a");
  raw::LineStream watch(server, watching(kMaps,
                                         "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&"
                                         "resourceVersion=999999999"));
  ASSERT_EQ(watch.status(), 200);
  const json event = next_event(watch);
  EXPECT_EQ(event["type"], "ERROR");
  EXPECT_EQ(event["object"]["code"], 504);
  EXPECT_EQ(event["object"]["reason"], "Timeout");
  EXPECT_EQ(event["object"]["details"]["causes"][0]["reason"], "ResourceVersionTooLarge");
  EXPECT_EQ(watch.next_line(), std::nullopt);
}

TEST_F(LocalServerWatch, ReadsOfTheFutureTimeOut) {
  create("a");
  for (const std::string& path : {std::string(kMaps), std::string(kMaps) + "/a"}) {
    const auto answer = connection.get(path + "?resourceVersion=999999999");
    EXPECT_EQ(answer.status, 504) << path;
    EXPECT_EQ(answer.headers.at("retry-after"), "1") << path;
    EXPECT_EQ(json::parse(answer.body)["details"]["causes"][0]["reason"], "ResourceVersionTooLarge") << path;
  }
  EXPECT_EQ(connection.get(std::string(kMaps) + "/a?resourceVersion=" + version()).status, 200);
  EXPECT_EQ(connection.get(std::string(kMaps) + "/a?resourceVersion=0").status, 200);
}

TEST_F(LocalServerWatch, WhatIsNoVersionFailsLateForAWatchAndForOneObject) {
  create("a");
  for (const std::string& path :
       {watching(kMaps, "resourceVersion=new"), std::string(kMaps) + "/a?resourceVersion=new"}) {
    const auto answer = connection.get(path);
    EXPECT_EQ(answer.status, 500) << path;
    const json status = json::parse(answer.body);
    EXPECT_EQ(status["message"],
              "resourceVersion: Invalid value: \"new\": strconv.ParseUint: parsing \"new\": invalid syntax");
    EXPECT_FALSE(status.contains("reason"));
  }
  EXPECT_EQ(connection.get(std::string(kMaps) + "?resourceVersion=new").status, 400);
}

TEST_F(LocalServerWatch, RefusesWhatMakesNoSense) {
  EXPECT_EQ(connection.get(watching(kMaps, "labelSelector=a,")).status, 400);
  EXPECT_EQ(connection.get(watching(kMaps, "fieldSelector=spec.x%3D1")).status, 400);
  EXPECT_EQ(connection.get(watching(kMaps, "timeoutSeconds=soon")).status, 400);
  EXPECT_EQ(connection.get(watching(kMaps, "resourceVersionMatch=Exact&resourceVersion=1")).status, 422);
  EXPECT_EQ(connection.get(watching(kMaps, "continue=x")).status, 422);
  EXPECT_EQ(server.watch_count(), 0U);
}

TEST_F(LocalServerWatch, EndsProperlyAfterItsTime) {
  raw::LineStream watch(server,
                        watching(kMaps, "timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion=" + version()));
  ASSERT_EQ(watch.status(), 200);
  connection.send("POST", "/clusters/a/control-plane/api/v1/namespaces", R"({"metadata":{"name":"elsewhere"}})");
  EXPECT_FALSE(watch.next_line()) << "nothing of the type has changed";
  EXPECT_EQ(watch.result(), CURLE_OK);
  EXPECT_TRUE(watches_end());
}

TEST(LocalServerBookmarks, ComeWhileAWatchIsQuiet) {
  LocalServerOptions options;
  options.watch_bookmark_interval = std::chrono::milliseconds(10);
  LocalServer server(options);
  raw::LineStream watch(server, watching(kFleets, "allowWatchBookmarks=true"));
  const json first = next_event(watch);
  EXPECT_EQ(first["type"], "BOOKMARK");
  EXPECT_EQ(first["object"]["metadata"]["annotations"], (json{{"k8s.io/initial-events-end", "true"}}));
  const json second = next_event(watch);
  EXPECT_EQ(second["type"], "BOOKMARK");
  EXPECT_FALSE(second["object"]["metadata"].contains("annotations"));
}

TEST_F(LocalServerWatch, CanBeCut) {
  raw::LineStream watch(server, watching(kMaps, "resourceVersion=" + version()));
  ASSERT_EQ(watch.status(), 200);
  server.cut_watches();
  EXPECT_EQ(watch.next_line(), std::nullopt);
  EXPECT_NE(watch.result(), CURLE_OK);
  EXPECT_TRUE(watches_end());
}

TEST_F(LocalServerWatch, CanBeCutWithinALine) {
  create("a");
  Fault fault;
  fault.path_contains = "configmaps";
  fault.cut_after = 40;
  server.add_fault(fault);
  raw::LineStream watch(server, watching(kMaps, ""));
  EXPECT_EQ(watch.next_line(), std::nullopt);
  EXPECT_NE(watch.result(), CURLE_OK);
}

class LocalServerWatchOver : public ::testing::TestWithParam<bool> {
 protected:
  LocalServerWatchOver() : server(options()) {}
  static LocalServerOptions options() {
    LocalServerOptions options;
    options.tls = GetParam();
    return options;
  }
  LocalServer server;
};

TEST_P(LocalServerWatchOver, EndsWhenTheClientGoes) {
  raw::Connection connection(server);
  {
    raw::LineStream watch(server, watching(kFleets, ""));
    ASSERT_EQ(watch.status(), 200);
    EXPECT_EQ(server.watch_count(), 1U);
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (server.watch_count() > 0 && std::chrono::steady_clock::now() < deadline) connection.get("/readyz");
  EXPECT_EQ(server.watch_count(), 0U);
}

TEST_P(LocalServerWatchOver, EndsWhenTheServerStops) {
  raw::LineStream watch(server, watching(kFleets, ""));
  ASSERT_EQ(watch.status(), 200);
  server.stop();
  EXPECT_EQ(watch.next_line(), std::nullopt);
  EXPECT_NE(watch.result(), CURLE_OK);
  EXPECT_EQ(server.watch_count(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Each, LocalServerWatchOver, ::testing::Values(false, true),
                         [](const auto& tls) { return tls.param ? "Https" : "Http"; });

TEST_F(LocalServerWatch, LosesNothingWhileManyWrite) {
  constexpr int kWriters = 4;
  constexpr int kWrites = 50;
  const std::string from = version();
  raw::LineStream early(server, watching(kMaps, "resourceVersion=" + from));
  ASSERT_EQ(early.status(), 200);
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([this, writer] {
      raw::Connection own(server);
      for (int i = 0; i < kWrites; ++i) {
        own.send("POST", kMaps, configmap("c" + std::to_string(writer) + "-" + std::to_string(i)).dump());
      }
    });
  }
  raw::LineStream late(server, watching(kMaps, "resourceVersion=" + from));
  std::vector<std::uint64_t> seen_early;
  std::vector<std::uint64_t> seen_late;
  for (int i = 0; i < kWriters * kWrites; ++i) {
    seen_early.push_back(std::stoull(version_of(next_event(early))));
    seen_late.push_back(std::stoull(version_of(next_event(late))));
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(seen_early, seen_late);
  EXPECT_TRUE(std::is_sorted(seen_early.begin(), seen_early.end()));
  EXPECT_EQ(std::adjacent_find(seen_early.begin(), seen_early.end()), seen_early.end());
}

}  // namespace
