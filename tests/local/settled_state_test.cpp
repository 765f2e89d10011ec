// States that may be trusted: synced types, writes that are shown, quiet planes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

#include "support/clients.hpp"
#include "support/planes.hpp"

namespace kplane::tests {
namespace {

using namespace std::chrono_literals;
using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

LocalServerOptions lagging(std::chrono::milliseconds lag) {
  LocalServerOptions options;
  options.state_lag = lag;
  return options;
}

std::string config_map(const std::string& name, const std::string& mode) {
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + R"("},"data":{"mode":")" + mode +
         R"("}})";
}

Resource config_maps(const Plane& plane) { return plane.resource("v1", "configmaps").in("default"); }

const Object* find(const Snapshot& state, std::string_view resource, std::string_view name) {
  const SnapshotResource* found = state.by_resource(resource);
  if (found == nullptr) return nullptr;
  for (const Object& object : found->items) {
    if (object.name() == name) return &object;
  }
  return nullptr;
}

std::string mode_of(const Snapshot& state, std::string_view name) {
  const Object* object = find(state, "configmaps", name);
  return object == nullptr ? "absent" : object->get<std::string>("/data/mode").value_or("none");
}

SettleOptions of_types(std::vector<std::string> resources) {
  SettleOptions options;
  options.state.resources = std::move(resources);
  return options;
}

StateOptions synced(std::vector<std::string> resources) {
  StateOptions options;
  options.resources = std::move(resources);
  options.require_synced = true;
  return options;
}

TEST(SyncedState, WaitsForInformersThatHaveJustStarted) {
  LocalServer server;
  const Snapshot state = server.client().plane("a").state(synced({"jobs", "pods"}));
  EXPECT_TRUE(state.is_synced("jobs"));
  EXPECT_TRUE(state.is_synced("pods"));
  EXPECT_EQ(state.resources.size(), 2U);
}

TEST(SyncedState, OfAllTypesHasAllTypes) {
  LocalServer server;
  const Snapshot state = server.client().plane("a").state(synced({}));
  EXPECT_EQ(static_cast<std::int64_t>(state.resources.size()), state.live_resources);
  for (const SnapshotResource& resource : state.resources) EXPECT_TRUE(resource.synced) << resource.resource;
}

TEST(SyncedState, NamesTheTypesThatAreNotSynced) {
  LocalServer server;
  server.set_synced("a", "pods", false);
  server.set_synced("a", "deployments", false);
  StateOptions options = synced({"configmaps", "deployments", "pods"});
  options.timeout = 1s;
  try {
    static_cast<void>(server.client().plane("a").state(options));
    FAIL() << "returned an unsynced state";
  } catch (const NotSynced& error) {
    EXPECT_THAT(error.types(), ElementsAre("pods", "deployments.apps"));
    EXPECT_THAT(error.what(), HasSubstr("pods, deployments.apps of plane a"));
    EXPECT_TRUE(error.retryable());
  }
}

TEST(SyncedState, ComesOnceTheTypeIsSynced) {
  LocalServer server;
  server.set_synced("a", "pods", false);
  std::thread sync([&server] { server.set_synced("a", "pods", true); });
  const Snapshot state = server.client().plane("a").state(synced({"pods"}));
  sync.join();
  EXPECT_TRUE(state.is_synced("pods"));
}

TEST(SyncedState, RefusesANameThatTheServerDoesNotKnow) {
  LocalServer server;
  const Plane plane = server.client().plane("a");
  try {
    static_cast<void>(plane.state(synced({"pods", "podz"})));
    FAIL() << "took a name that no type has";
  } catch (const NotFound& error) {
    EXPECT_THAT(error.what(), HasSubstr("'podz'"));
  }
  StateOptions lenient;
  lenient.resources = {"podz"};
  EXPECT_TRUE(plane.state(lenient).resources.empty());
}

TEST(SyncedState, OfABatchSpoilsOnlyThePlaneThatIsNot) {
  LocalServer server;
  server.set_synced("p1", "pods", false);
  const Client client = server.client();
  StateOptions options = synced({"pods"});
  options.timeout = 1s;
  const Vector<StateResult> results = client.states(planes_of(client, 3), options);
  EXPECT_TRUE(results[0]);
  EXPECT_THROW(results[1].error().raise(), NotSynced);
  EXPECT_TRUE(results[2]);
}

TEST(SyncedState, SurvivesARestartOfTheServer) {
  LocalServer server;
  const Plane plane = server.client().plane("a");
  static_cast<void>(plane.state(synced({"jobs"})));
  server.restart();
  EXPECT_TRUE(plane.state(synced({"jobs"})).is_synced("jobs"));
}

class SettledState : public ::testing::TestWithParam<std::chrono::milliseconds> {
 protected:
  LocalServer server_{lagging(GetParam())};
  const Client client_ = server_.client();
  const Plane plane_ = client_.plane("a");
  const WriteLog log_;
  const Plane logged_ = plane_.logged(log_);
};

TEST_P(SettledState, ShowsWhatWasCreatedChangedAndRemoved) {
  config_maps(logged_).create(config_map("kept", "old"));
  config_maps(logged_).create(config_map("removed", "on"));
  EXPECT_EQ(mode_of(logged_.settled_state(log_), "kept"), "old");

  config_maps(logged_).patch("kept", PatchType::merge, R"({"data":{"mode":"new"}})");
  config_maps(logged_).remove("removed");
  const Snapshot state = plane_.settled_state(log_, of_types({"configmaps"}));
  EXPECT_EQ(mode_of(state, "kept"), "new");
  EXPECT_EQ(mode_of(state, "removed"), "absent");
  EXPECT_EQ(log_.size(), 2U);
}

TEST_P(SettledState, ShowsRequestsAndWholeSets) {
  const Manifests set = Manifests::from_yaml(
      R"({"apiVersion":"v1","kind":"List","items":[
           {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}},
           {"apiVersion":"v1","kind":"Secret","metadata":{"name":"key","namespace":"shop"}},
           {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},
            "spec":{"selector":{"matchLabels":{"app":"web"}},
                    "template":{"metadata":{"labels":{"app":"web"}},
                                "spec":{"containers":[{"name":"web","image":"web:1"}]}}}}]})");
  logged_.apply(set).raise_if_failed();
  Request request;
  request.method = "POST";
  request.path = "/api/v1/namespaces/shop/configmaps";
  request.body = config_map("sent", "on");
  logged_.request(request);
  const Snapshot state = plane_.settled_state(log_);
  EXPECT_NE(find(state, "namespaces", "shop"), nullptr);
  EXPECT_NE(find(state, "secrets", "key"), nullptr);
  EXPECT_NE(find(state, "deployments", "web"), nullptr);
  EXPECT_EQ(mode_of(state, "sent"), "on");

  logged_.resource("apps/v1", "deployments").in("shop").scale("web", 3);
  const Snapshot scaled = plane_.settled_state(log_);
  EXPECT_EQ(find(scaled, "deployments", "web")->get<std::int64_t>("/spec/replicas"), 3);

  RemoveNamespaceOptions at_once;
  at_once.controller_wait = 0ms;
  EXPECT_TRUE(logged_.remove_namespace("shop", at_once));
  const Snapshot empty = plane_.settled_state(log_);
  EXPECT_EQ(find(empty, "namespaces", "shop"), nullptr);
  EXPECT_EQ(find(empty, "deployments", "web"), nullptr);
}

TEST_P(SettledState, ShowsObjectsThatWereMadeAgain) {
  config_maps(logged_).create(config_map("again", "first"));
  config_maps(logged_).remove("again");
  config_maps(logged_).create(config_map("again", "second"));
  EXPECT_EQ(mode_of(plane_.settled_state(log_), "again"), "second");
  config_maps(logged_).remove("again");
  EXPECT_EQ(mode_of(plane_.settled_state(log_), "again"), "absent");
}

TEST_P(SettledState, ShowsWhatLingers) {
  const std::string held =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held","finalizers":["x.io/a"]}})";
  config_maps(logged_).create(held);
  config_maps(logged_).remove("held");
  const Snapshot marked = plane_.settled_state(log_);
  ASSERT_NE(find(marked, "configmaps", "held"), nullptr);
  EXPECT_TRUE(find(marked, "configmaps", "held")->at("/metadata/deletionTimestamp"));
  config_maps(logged_).patch("held", PatchType::merge, R"({"metadata":{"finalizers":null}})");
  EXPECT_EQ(mode_of(plane_.settled_state(log_), "held"), "absent");
}

TEST_P(SettledState, ShowsARemovedCollection) {
  config_maps(logged_).create(config_map("one", "on"));
  config_maps(plane_).create(config_map("two", "on"));
  config_maps(logged_).remove_collection();
  const Snapshot state = plane_.settled_state(log_);
  EXPECT_EQ(mode_of(state, "one"), "absent");
  EXPECT_EQ(mode_of(state, "two"), "absent");
}

TEST_P(SettledState, ShowsWhatARemovedCollectionOnlyMarked) {
  const std::string_view held =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held","finalizers":["x.io/a"]}})";
  config_maps(logged_).create(held);
  config_maps(logged_).remove_collection();
  const Snapshot state = plane_.settled_state(log_);
  EXPECT_NE(find(state, "configmaps", "held"), nullptr);
}

TEST_P(SettledState, ShowsWhatADryRunOfADeletionLeft) {
  config_maps(logged_).create(config_map("kept", "on"));
  DeleteOptions dry_run;
  dry_run.dry_run = true;
  config_maps(logged_).remove("kept", dry_run);
  EXPECT_EQ(mode_of(plane_.settled_state(log_), "kept"), "on");
}

TEST_P(SettledState, DoesNotWaitForWhatOthersHaveDeletedOrMadeAgain) {
  config_maps(logged_).create(config_map("deleted", "on"));
  config_maps(logged_).create(config_map("remade", "on"));
  config_maps(logged_).create(config_map("returned", "on"));
  config_maps(logged_).remove("returned");
  config_maps(plane_).remove("deleted");
  config_maps(plane_).remove("remade");
  config_maps(plane_).create(config_map("remade", "other"));
  config_maps(plane_).create(config_map("returned", "other"));
  const Snapshot state = plane_.settled_state(log_);  // what others did since may be in it already, or not yet
  EXPECT_NE(mode_of(state, "returned"), "on") << "that was deleted, and the log knows it";
}

TEST_P(SettledState, FindsOutHowAWriteEndedWhoseAnswerWasLost) {
  kplane::testing::Fault lost;
  lost.method = "POST";
  lost.path_contains = "/configmaps";
  lost.cut = kplane::testing::Cut::after;
  server_.add_fault(lost);
  EXPECT_THROW(config_maps(logged_).create(config_map("lost", "on")), TransportError);
  lost.cut = kplane::testing::Cut::before;
  server_.add_fault(lost);
  EXPECT_THROW(config_maps(logged_).create(config_map("never", "on")), TransportError);
  const Snapshot state = plane_.settled_state(log_);
  EXPECT_EQ(mode_of(state, "lost"), "on");
  EXPECT_EQ(mode_of(state, "never"), "absent");
}

TEST_P(SettledState, OfManyPlanesShowsTheWritesOfEach) {
  const std::vector<Plane> planes = planes_of(client_, 5);
  for (const Plane& plane : planes) config_maps(plane.logged(log_)).create(config_map("mine", plane.cluster()));
  const Vector<StateResult> states = client_.settled_states(planes, log_);
  for (std::size_t i = 0; i < planes.size(); ++i) EXPECT_EQ(mode_of(*states[i], "mine"), planes[i].cluster());
  EXPECT_EQ(log_.size(), 5U);
  EXPECT_EQ(log_.size("p1"), 1U);
}

INSTANTIATE_TEST_SUITE_P(WithLag, SettledState, ::testing::Values(0ms, 40ms, 400ms),
                         [](const auto& test) { return std::to_string(test.param.count()) + "Milliseconds"; });

TEST(SettledStateOnce, ComesWithTwoSecondsOfLag) {
  LocalServer server(lagging(2s));
  const WriteLog log;
  const Plane plane = server.client().plane("a").logged(log);
  config_maps(plane).create(config_map("slow", "on"));
  EXPECT_EQ(mode_of(plane.settled_state(log), "slow"), "on");
}

TEST(SettledStateOnce, CostsOneReadWhereTheServerIsNotBehind) {
  LocalServer server;
  const WriteLog log;
  const Plane plane = server.client().plane("a").logged(log);
  static_cast<void>(plane.settled_state(log, of_types({"configmaps"})));  // starts the informers
  config_maps(plane).create(config_map("quick", "on"));
  const auto before = server.request_count();
  static_cast<void>(plane.settled_state(log, of_types({"configmaps"})));
  EXPECT_EQ(server.request_count() - before, 1U);
}

TEST(SettledStateOnce, NamesWhatItDoesNotShow) {
  LocalServer server(lagging(1h));
  const WriteLog log;
  const Plane plane = server.client().plane("a").logged(log);
  config_maps(plane).create(config_map("late", "on"));
  SettleOptions options;
  options.state.timeout = 1s;
  try {
    static_cast<void>(plane.settled_state(log, options));
    FAIL() << "returned a state that lags";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("did not show 1 of 1 logged objects as written: configmaps default/late at"));
  }
}

TEST(SettledStateOnce, WaitsForNoTypeThatItDoesNotRead) {
  LocalServer server(lagging(1h));
  const WriteLog log;
  const Plane plane = server.client().plane("a").logged(log);
  config_maps(plane).create(config_map("late", "on"));
  EXPECT_TRUE(plane.settled_state(log, of_types({"pods"})).is_synced("pods"));
}

TEST(SettledStateOnce, PassesOverCustomTypes) {
  LocalServer server;
  const WriteLog log;
  const Plane plane = server.client().plane("a").logged(log);
  const Manifests set = Manifests::from_yaml(
      R"({"apiVersion":"v1","kind":"List","items":[
           {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
            "metadata":{"name":"widgets.x.io"},
            "spec":{"group":"x.io","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget"},
                    "versions":[{"name":"v1","served":true,"storage":true,
                                 "schema":{"openAPIV3Schema":{"type":"object"}}}]}},
           {"apiVersion":"x.io/v1","kind":"Widget","metadata":{"name":"one","namespace":"default"}}]})");
  plane.apply(set).raise_if_failed();
  EXPECT_NE(find(plane.settled_state(log), "customresourcedefinitions", "widgets.x.io"), nullptr);
  EXPECT_EQ(log.size(), 2U);
}

TEST(SettledStateOnce, CountsNoDryRunAndNoQuestion) {
  LocalServer server;
  const WriteLog log;
  const Plane plane = server.client().plane("a").logged(log);
  WriteOptions dry;
  dry.dry_run = true;
  config_maps(plane).create(config_map("dry", "on"), dry);
  plane.resource("authorization.k8s.io/v1", "selfsubjectaccessreviews")
      .create(R"({"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",
                  "spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}})");
  EXPECT_THROW(config_maps(plane).replace(config_map("absent", "on")), NotFound);
  EXPECT_EQ(log.size(), 0U);
}

TEST(SettledStateOnce, ForgetsWhatIsCleared) {
  LocalServer server(lagging(1h));
  const WriteLog log;
  WriteLog same = log;
  const Client client = server.client();
  for (const Plane& plane : planes_of(client, 2)) config_maps(plane.logged(log)).create(config_map("late", "on"));
  same.clear("p0");
  EXPECT_EQ(log.size(), 1U);
  static_cast<void>(client.plane("p0").settled_state(log));
  same.clear();
  EXPECT_EQ(log.size(), 0U);
}

TEST(QuietState, HasNotChangedForSoLong) {
  LocalServer server;
  const Plane plane = server.client().plane("a");
  SettleOptions options = of_types({"configmaps"});
  options.quiet = 60ms;
  std::thread agent([&plane] {
    for (int i = 0; i < 10; ++i) config_maps(plane).apply(config_map("busy", std::to_string(i)));
  });
  while (mode_of(plane.state("configmaps"), "busy") == "absent") continue;
  const Snapshot state = plane.settled_state(options);
  agent.join();
  EXPECT_EQ(digest(state), digest(plane.settled_state(options)));
}

TEST(QuietState, ThatNeverComesIsATimeout) {
  LocalServer server;
  const Plane plane = server.client().plane("a");
  SettleOptions options = of_types({"configmaps"});
  options.quiet = 10min;
  static_cast<void>(plane.settled_state(of_types({"configmaps"})));  // the plane is there, and looking takes no time
  options.state.timeout = 500ms;
  try {
    static_cast<void>(plane.settled_state(options));
    FAIL() << "was quiet for ten minutes";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("SettleOptions::quiet"));
  }
  options.quiet = -1ms;
  EXPECT_THROW(static_cast<void>(plane.settled_state(options)), ConfigError);
}

TEST(QuietState, IsStopped) {
  LocalServer server;
  const Plane plane = server.client().plane("a");
  StopSource source;
  SettleOptions options;
  options.quiet = 10min;
  options.state.timeout = 20min;
  options.state.stop = source.token();
  std::thread stopper([&source] { source.request_stop(); });
  EXPECT_THROW(static_cast<void>(plane.settled_state(options)), StoppedError);
  stopper.join();
}

}  // namespace
}  // namespace kplane::tests
