// A plane is an API server and nothing else: what never happens there, and what a client does about it (contract §9).
#include <string>

#include "live.hpp"

namespace kplane::live {
namespace {

using LiveWithoutControllers = LiveTest;
using nlohmann::json;

json pod(const std::string& name) {
  json object = made_object("v1", "Pod", name);
  object["spec"] = {{"containers", json::array({{{"name", "web"}, {"image", "web:1"}}})}};
  return object;
}

json deployment(const std::string& name) {
  json object = made_object("apps/v1", "Deployment", name);
  const json labels = {{"app", name}};
  object["spec"] = {{"replicas", 2},
                    {"selector", {{"matchLabels", labels}}},
                    {"template", {{"metadata", {{"labels", labels}}}, {"spec", pod(name)["spec"]}}}};
  return object;
}

TEST_F(LiveWithoutControllers, PodIsLetInOnceItsServiceAccountIsThere) {
  const Plane plane = ready_plane("pods");
  plane.resource("v1", "namespaces").create(made_object("v1", "Namespace", "fresh"));
  const Resource pods = plane.resource("v1", "pods").in("fresh");
  try {
    pods.create(pod("early"));
  } catch (const Forbidden& error) {
    EXPECT_NE(error.message().find("serviceaccount \"default\" not found"), std::string::npos) << error.what();
  }
  plane.resource("v1", "serviceaccounts").in("fresh").apply(made_object("v1", "ServiceAccount", "default"));
  EXPECT_EQ(pods.create(pod("late")).ns(), "fresh");
}

TEST_F(LiveWithoutControllers, DeploymentMakesNothingAndItsStatusIsWhatAClientWrites) {
  const Plane plane = ready_plane("deployments");
  const RemovedAtEnd deployments(plane.resource("apps/v1", "deployments").in("default"));
  deployments->create(deployment("web"));
  EXPECT_THROW(deployments->wait_for("web", conditions::condition("Available"), std::chrono::milliseconds(300)),
               TimeoutError);
  EXPECT_TRUE(plane.resource("apps/v1", "replicasets").in("default").list().all().empty());

  const json condition = {{"type", "Available"}, {"status", "True"}};
  const json status = {{"status", {{"replicas", 2}, {"conditions", json::array({condition})}}}};
  deployments->subresource("status").patch("web", PatchType::merge, status);
  EXPECT_TRUE(deployments->wait_for("web", conditions::condition("Available"), patience));
}

TEST_F(LiveWithoutControllers, QuotaWithoutAStatusLetsEverythingThrough) {
  const Plane plane = ready_plane("quota");
  plane.resource("v1", "namespaces").create(made_object("v1", "Namespace", "bounded"));
  json quota = made_object("v1", "ResourceQuota", "one-map");
  quota["spec"] = {{"hard", {{"configmaps", "1"}}}};
  plane.resource("v1", "resourcequotas").in("bounded").create(quota);
  const Resource maps = plane.resource("v1", "configmaps").in("bounded");
  for (const char* name : {"first", "second", "third"}) maps.create(made_config_map(name, "on"));
  EXPECT_EQ(maps.list().all().size(), 3U);
}

TEST_F(LiveWithoutControllers, ClaimStaysUnbound) {
  const Plane plane = ready_plane("unbound");
  const Resource claims = plane.resource("v1", "persistentvolumeclaims").in("default");
  json claim = made_object("v1", "PersistentVolumeClaim", "data");
  claim["spec"] = {{"accessModes", json::array({"ReadWriteOnce"})},
                   {"resources", {{"requests", {{"storage", "1Gi"}}}}}};
  claims.create(claim);
  EXPECT_NE(claims.get("data").get<std::string>("/status/phase").value_or("Pending"), "Bound");
}

}  // namespace
}  // namespace kplane::live
