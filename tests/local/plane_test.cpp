// Plane: state with all its parameters, readiness, requests.
#include <kplane/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/served.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

const char* const config_maps = "/api/v1/namespaces/default/configmaps";

Request create_config_map(const std::string& name) {
  Request request;
  request.method = "POST";
  request.path = config_maps;
  request.body = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + R"("},"data":{"mode":"on"}})";
  return request;
}

std::vector<std::string> names(const SnapshotResource& resource) {
  std::vector<std::string> names;
  for (const Object& object : resource.items) names.emplace_back(object.name());
  std::sort(names.begin(), names.end());
  return names;
}

class PlaneTest : public ServedTest {};
KPLANE_TEST_OVER_BOTH_SCHEMES(PlaneTest);

TEST_P(PlaneTest, StateHasWhatABootstrappedPlaneHas) {
  const Snapshot snapshot = client().plane("team-alpha").state();
  EXPECT_EQ(snapshot.cluster, "team-alpha");
  EXPECT_GT(snapshot.live_resources, 0);
  EXPECT_GT(snapshot.snapshot_time, std::chrono::system_clock::now() - std::chrono::hours{1});
  const SnapshotResource* namespaces = snapshot.by_resource("namespaces");
  ASSERT_NE(namespaces, nullptr);
  EXPECT_THAT(names(*namespaces),
              ::testing::IsSupersetOf({"default", "kube-system", "kube-public", "kube-node-lease"}));
  EXPECT_EQ(snapshot.by_resource("nosuchthings"), nullptr);
}

TEST_P(PlaneTest, StateShowsWhatWasWritten) {
  const Plane plane = client().plane("a");
  const Response created = plane.request(create_config_map("settings"));
  EXPECT_EQ(created.status(), 201);
  EXPECT_EQ(created.object().name(), "settings");
  const Snapshot snapshot = plane.state("configmaps");
  const SnapshotResource* maps = snapshot.by_resource("configmaps");
  ASSERT_NE(maps, nullptr);
  const auto found =
      std::find_if(maps->items.begin(), maps->items.end(), [](const Object& o) { return o.name() == "settings"; });
  ASSERT_NE(found, maps->items.end());
  EXPECT_EQ(found->ns(), "default");
  EXPECT_EQ(found->uid(), created.object().uid());
  EXPECT_EQ(found->get<std::string_view>("/data/mode"), "on");
  EXPECT_EQ(found->json()["data"]["mode"], "on");
}

TEST_P(PlaneTest, StateIsFilteredByResource) {
  StateOptions options;
  options.resources = {"namespaces", "configmaps", "nosuchthings"};
  options.include_empty = true;
  const Snapshot snapshot = client().plane("a").state(options);
  for (const SnapshotResource& resource : snapshot.resources) {
    EXPECT_THAT(resource.resource, ::testing::AnyOf("namespaces", "configmaps"));
  }
  EXPECT_NE(snapshot.by_resource("namespaces"), nullptr);
  EXPECT_TRUE(client().plane("a").state("nosuchthings").resources.empty());
}

TEST_P(PlaneTest, WarmStateCoversEveryType) {
  const Plane plane = client().plane("a");
  const auto before = plane.state().live_resources;
  StateOptions warm;
  warm.warm = true;
  warm.include_empty = true;
  const Snapshot snapshot = plane.state(warm);
  EXPECT_GE(snapshot.live_resources, before);
  const Snapshot again = plane.state(warm);
  EXPECT_NE(again.by_resource("deployments", "apps"), nullptr);
}

TEST_P(PlaneTest, UnsyncedResourceIsTold) {
  server().set_synced("a", "configmaps", false);
  StateOptions options;
  options.resources = {"configmaps"};
  options.include_empty = true;
  const Snapshot snapshot = client().plane("a").state(options);
  ASSERT_NE(snapshot.by_resource("configmaps"), nullptr);
  EXPECT_FALSE(snapshot.by_resource("configmaps")->synced);
}

TEST_P(PlaneTest, InternalLayoutIsUnderstood) {
  auto options = server_options();
  options.internal_layout = true;
  const Snapshot snapshot = start(options).client().plane("a").state("namespaces");
  ASSERT_NE(snapshot.by_resource("namespaces"), nullptr);
  EXPECT_THAT(names(*snapshot.by_resource("namespaces")), ::testing::Contains("default"));
}

TEST_P(PlaneTest, OlderServersAreRead) {
  auto options = server_options();
  options.state_path = kplane::testing::StatePath::snapshot;
  kplane::testing::LocalServer& server = start(options);
  const Client client = server.client();
  EXPECT_EQ(client.plane("a").state().cluster, "a");
  EXPECT_EQ(client.plane("b").state().cluster, "b");
  EXPECT_EQ(server.request_count("/state"), 1U);
}

TEST_P(PlaneTest, ReadinessFollowsTheServer) {
  server().set_unready("a", "informers have not synced");
  const Plane plane = client().plane("a");
  EXPECT_FALSE(plane.is_ready());
  try {
    plane.wait_until_ready(milliseconds{200});
    FAIL() << "ready";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("informers have not synced"));
    EXPECT_THAT(error.what(), HasSubstr("plane a"));
  }
  const std::size_t asked = server().request_count("/readyz");
  server().on_request([this, asked](const std::string&, const std::string&) {
    if (server().request_count("/readyz") > asked) server().set_unready("a", "");
  });
  EXPECT_NO_THROW(plane.wait_until_ready(milliseconds{30'000}));
}

TEST_P(PlaneTest, IsWrittenToOnceItIsWaitedFor) {
  auto options = server_options();
  options.bootstrap_delay = milliseconds{200};
  const Plane plane = start(options).client().plane("a");
  EXPECT_TRUE(plane.is_ready()) << "the process is";
  plane.wait_until_ready(milliseconds{30'000});
  EXPECT_EQ(plane.request(create_config_map("settings")).status(), 201);
}

TEST_P(PlaneTest, WriteThatComesTooEarlyIsMadeAgain) {
  auto options = server_options();
  options.bootstrap_delay = milliseconds{200};
  const Client client = start(options).client();
  const Resource maps = client.plane("a").resource("v1", "configmaps").in("default");
  EXPECT_EQ(maps.create(create_config_map("settings").body).name(), "settings");
  EXPECT_EQ(
      client.plane("b").resource("v1", "configmaps").in("default").apply(create_config_map("settings").body).name(),
      "settings");
}

TEST_P(PlaneTest, ObjectsCarryThePlanesId) {
  const Plane plane = client().plane("a");
  const auto label = [](const Object& object) {
    return object.get<std::string>("/metadata/labels/multicluster.k8s.io~1cluster");
  };
  EXPECT_EQ(label(plane.request(create_config_map("settings")).object()), "a");
  EXPECT_EQ(label(plane.resource("v1", "namespaces").get("default")), "a");
}

TEST_P(PlaneTest, ObjectsLackThePlanesIdWhereItIsSwitchedOff) {
  auto options = server_options();
  options.cluster_label = false;
  const Plane plane = start(options).client().plane("a");
  EXPECT_EQ(plane.request(create_config_map("settings")).object().get<std::string>("/metadata/labels"), std::nullopt);
  EXPECT_FALSE(plane.state("configmaps").resources.empty());
}

TEST_P(PlaneTest, TokenOfOnePlaneIsRefusedByAnother) {
  server().add_token("a", "only-a");
  const Client client = this->client();
  PlaneOptions own;
  own.token = "only-a";
  EXPECT_EQ(client.plane("a", own).state().cluster, "a");
  EXPECT_THROW((void)client.plane("b", own).state(), Unauthorized);
  EXPECT_THROW((void)client.plane("b", own).is_ready(), Unauthorized);
}

TEST_P(PlaneTest, RequestsReachTheWholeApi) {
  const Plane plane = client().plane("a");
  (void)plane.request(create_config_map("settings"));
  Request patch;
  patch.method = "PATCH";
  patch.path = std::string(config_maps) + "/settings";
  patch.body = R"({"data":{"mode":"off"}})";
  EXPECT_EQ(plane.request(patch).object().get<std::string>("/data/mode"), "off");

  Request list;
  list.path = config_maps;
  EXPECT_EQ(plane.request(list).object().get<std::string>("/kind"), "ConfigMapList");

  Request remove;
  remove.method = "DELETE";
  remove.path = patch.path;
  EXPECT_EQ(plane.request(remove).status(), 200);
  try {
    (void)plane.request(remove);
    FAIL() << "deleted twice";
  } catch (const NotFound& error) {
    EXPECT_EQ(error.details().name, "settings");
    EXPECT_NE(error.audit_id(), "");
  }
}

TEST_P(PlaneTest, FailuresAreTyped) {
  const Plane plane = client().plane("a");
  (void)plane.request(create_config_map("settings"));
  EXPECT_THROW((void)plane.request(create_config_map("settings")), AlreadyExists);
  EXPECT_THROW((void)plane.request(create_config_map("Bad_Name")), Invalid);
  Request stale;
  stale.method = "PUT";
  stale.path = std::string(config_maps) + "/settings";
  stale.body = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","resourceVersion":"1"}})";
  EXPECT_THROW((void)plane.request(stale), Conflict);
  Request broken = create_config_map("x");
  broken.body = "{";
  EXPECT_THROW((void)plane.request(broken), BadRequest);
}

TEST_P(PlaneTest, ManyAreReadAtOnce) {
  const Client client = this->client();
  std::vector<Plane> planes;
  for (int i = 0; i < 40; ++i) planes.push_back(client.plane("p" + std::to_string(i)));
  kplane::testing::Fault fault;
  fault.path_contains = "/clusters/p7/";
  fault.status = 403;
  fault.times = -1;
  server().add_fault(fault);
  const auto results = client.states(planes);
  for (std::size_t i = 0; i < results.size(); ++i) EXPECT_EQ(static_cast<bool>(results[i]), i != 7) << i;
}

}  // namespace
}  // namespace kplane::tests
