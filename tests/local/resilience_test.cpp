// Resources, sets of manifests and watches against LocalServer: what holds while servers restart and connections break.
#include <kplane/kplane.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/mirror.hpp"
#include "support/planes.hpp"
#include "support/served.hpp"

namespace kplane::tests {
namespace {

using namespace std::chrono_literals;
using kplane::testing::Fault;

class ResilienceTest : public ServedTest {};
KPLANE_TEST_OVER_BOTH_SCHEMES(ResilienceTest);

std::string config_map(const std::string& name, const std::string& value = "1") {
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + R"("},"data":{"value":")" + value +
         R"("}})";
}

/// A plane in which `default` exists.
Plane ready_plane(const Client& client, const std::string& cluster) {
  Plane plane = client.plane(cluster);
  plane.wait_until_ready(30s);
  (void)plane.resource("v1", "namespaces").wait_for("default", conditions::exists(), 30s);
  return plane;
}

TEST_P(ResilienceTest, ObjectsAreWrittenReadAndRemoved) {
  const Plane plane = ready_plane(client(), "alpha");
  const Resource maps = plane.resource("v1", "configmaps").in("default");
  EXPECT_FALSE(maps.find("web"));
  const Object created = maps.create(config_map("web"));
  EXPECT_EQ(created.get<std::string>("/data/value"), "1");
  EXPECT_THROW((void)maps.create(config_map("web")), AlreadyExists);
  EXPECT_EQ(maps.get("web").uid(), created.uid());

  const Object patched = maps.patch("web", PatchType::merge, R"({"data":{"value":"2"}})");
  EXPECT_NE(patched.resource_version(), created.resource_version());
  EXPECT_THROW((void)maps.replace(created), Conflict) << "it has changed since";
  const Object applied = maps.apply(config_map("web", "3"), {.force = true});
  EXPECT_EQ(applied.get<std::string>("/data/value"), "3");

  EXPECT_TRUE(maps.remove("web"));
  EXPECT_FALSE(maps.remove("web"));
}

TEST_P(ResilienceTest, ListsComePageByPage) {
  const Plane plane = ready_plane(client(), "alpha");
  const Resource maps = plane.resource("v1", "configmaps").in("default");
  for (int i = 0; i < 25; ++i) maps.create(config_map("map-" + std::to_string(i)));
  std::set<std::string> names;
  for (const Object& object : maps.list({.limit = 10})) {
    EXPECT_TRUE(names.emplace(object.name()).second) << object.name();
  }
  EXPECT_GE(names.size(), 25U);
  EXPECT_EQ(maps.list({.field_selector = "metadata.name=map-7"}).all().size(), 1U);
}

TEST_P(ResilienceTest, WarningsReachTheObserver) {
  std::mutex mutex;
  std::vector<std::string> warnings;
  ClientOptions options = server().client_options();
  options.observer = [&](const RequestEvent& event) {
    const std::lock_guard lock(mutex);
    warnings.insert(warnings.end(), event.warnings.begin(), event.warnings.end());
  };
  const Client client(server().base_url(), options);
  const Resource maps = ready_plane(client, "alpha").resource("v1", "configmaps").in("default");
  maps.create(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"odd"},"dta":{"a":"b"}})");
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("dta"), std::string::npos) << warnings[0];
}

TEST_P(ResilienceTest, DiscoveryFindsKindsAlsoOnesThatAreAddedLater) {
  const Plane plane = ready_plane(client(), "alpha");
  EXPECT_EQ(plane.resource_of_kind("apps/v1", "Deployment").plural(), "deployments");
  EXPECT_THROW((void)plane.resource_of_kind("example.com/v1", "Widget"), NotFound);
  const Manifests set = Manifests::from_yaml(R"(
apiVersion: example.com/v1
kind: Widget
metadata: {name: first, namespace: default}
spec: {size: 3}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, required: [size], properties: {size: {type: integer}}}
)");
  const ManifestResults results = plane.apply(set);
  results.raise_if_failed();
  EXPECT_EQ(results[0].manifest.kind, "Widget") << "in the order of the set, whatever had to come first";
  EXPECT_EQ(
      plane.resource_of_kind("example.com/v1", "Widget").in("default").get("first").get<std::int64_t>("/spec/size"), 3);
  const ManifestResults removed = plane.remove(set);
  removed.raise_if_failed();
  EXPECT_EQ(removed[0].outcome, ManifestOutcome::removed);
}

TEST_P(ResilienceTest, AWatchOutlivesRestartsCutsAndForgetting) {
  ClientOptions options = server().client_options();
  options.retry.initial_backoff = 1ms;
  options.retry.max_backoff = 20ms;
  options.retry.max_attempts = 50;
  const Client client(server().base_url(), options);
  const Resource maps = ready_plane(client, "alpha").resource("v1", "configmaps").in("default");
  Mirror mirror;
  std::thread watcher(
      [&] { EXPECT_EQ(maps.watch([&](const WatchEvent& event) { return mirror.take(event); }), WatchEnd::callback); });
  for (int i = 0; i < 200; ++i) {
    const std::string name = "map-" + std::to_string(i % 20);
    if (i % 7 == 3) maps.remove(name);
    maps.apply(config_map(name, std::to_string(i)));
    if (i % 40 == 10) server().cut_watches();
    if (i % 50 == 20) server().compact_watch_history("alpha");
    if (i % 60 == 30) {
      server().stop_listening();
      server().restart();
    }
  }
  std::map<std::string, std::string> wanted;
  for (const Object& object : maps.list()) {
    wanted.emplace(object.name(), object.get<std::string>("/data/value").value_or(""));
  }
  // A list that comes last tells it last, too: it goes by names.
  maps.apply(config_map("the-last", "end"));
  wanted.emplace("the-last", "end");
  watcher.join();
  EXPECT_EQ(mirror.problems(), std::vector<std::string>());
  EXPECT_EQ(mirror.values(), wanted);
}

TEST_P(ResilienceTest, OneBadPlaneDoesNotStopTheOthers) {
  const Client client = server().client();
  std::vector<Plane> planes;
  for (const char* cluster : {"good", "refused", "fine"}) planes.push_back(ready_plane(client, cluster));
  Fault refusal;
  refusal.method = "PATCH";
  refusal.path_contains = "/clusters/refused/";
  refusal.times = -1;
  refusal.status = 422;
  server().add_fault(refusal);
  Manifests set;
  set.add(config_map("a")).add(config_map("b"));
  const auto all = client.apply(planes, set);
  EXPECT_TRUE(all[0]);
  EXPECT_EQ(all[1].failed(), 2U);
  EXPECT_TRUE(all[2]);
}

TEST(Seeding, LosesNothingThroughConnectionsThatBreak) {
  kplane::testing::LocalServer server;
  ClientOptions options = server.client_options();
  options.retry.initial_backoff = 1ms;
  options.retry.max_backoff = 20ms;
  const Client client(server.base_url(), options);
  EphemeralFleet fleet = client.ephemeral_fleet("seeded", {.replicas = KPLANE_SEEDED_PLANES});
  fleet.wait_until_ready(60s);
  Manifests set;
  for (int i = 0; i < 200; ++i) set.add(config_map("map-" + std::to_string(i)));

  Fault cut;
  cut.method = "PATCH";
  cut.times = -1;
  cut.chance = 0.02;
  cut.cut = kplane::testing::Cut::anywhere;
  server.add_fault(cut);
  std::set<std::string> reported;
  const auto all =
      fleet.apply(set, {.timeout = 5min}, {}, [&](std::size_t done, std::size_t planes, const ManifestResults& latest) {
        EXPECT_EQ(planes, std::size_t{KPLANE_SEEDED_PLANES});
        EXPECT_TRUE(reported.insert(latest.plane().cluster()).second);
        EXPECT_EQ(reported.size(), done);
      });
  server.clear_faults();
  ASSERT_EQ(all.size(), std::size_t{KPLANE_SEEDED_PLANES});
  for (const ManifestResults& results : all) {
    ASSERT_EQ(results.size(), 200U);
    results.raise_if_failed();
    EXPECT_GE(results.plane().resource("v1", "configmaps").in("default").list({.limit = 0}).all().size(), 200U);
  }
}

}  // namespace
}  // namespace kplane::tests
