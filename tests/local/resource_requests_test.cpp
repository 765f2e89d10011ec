// Writes as values: what is stored and sent later does what the call would have done.
#include <kplane/kplane.hpp>

#include <gtest/gtest.h>

#include <string>

#include <kplane/testing/local_server.hpp>

namespace kplane::tests {
namespace {

using testing::LocalServer;

JsonText map_holding(const std::string& name, const std::string& value) {
  return JsonText(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + R"("},"data":{"value":")" +
                  value + R"("}})");
}

JsonText requested_deployment() {
  return JsonText(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":1,)"
                  R"("selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},)"
                  R"("spec":{"containers":[{"name":"web","image":"web:1"}]}}}})");
}

class ResourceRequests : public ::testing::Test {
 protected:
  [[nodiscard]] std::string value_of(const std::string& name) const {
    return maps_.get(name).get<std::string>("/data/value").value_or("");
  }

  const LocalServer server_;
  const Client client_ = server_.client();
  const Plane plane_ = client_.plane("a");
  const Resource maps_ = plane_.resource("v1", "configmaps").in("default");
};

TEST_F(ResourceRequests, SendNothing) {
  const Resource maps = client_.plane("a").resource("v1", "configmaps").in("default");
  const std::size_t before = server_.request_count();
  static_cast<void>(maps.create_request(map_holding("m", "1")));
  static_cast<void>(maps.replace_request(map_holding("m", "1")));
  static_cast<void>(maps.patch_request("m", PatchType::merge, JsonText("{}")));
  static_cast<void>(maps.apply_request(map_holding("m", "1")));
  static_cast<void>(maps.remove_request("m"));
  static_cast<void>(maps.remove_collection_request());
  static_cast<void>(maps.scale_request("m", 1));
  EXPECT_EQ(server_.request_count(), before);
}

TEST_F(ResourceRequests, DoWhatTheCallsDo) {
  plane_.request(maps_.create_request(map_holding("m", "1")));
  EXPECT_EQ(value_of("m"), "1");
  plane_.request(maps_.replace_request(map_holding("m", "2")));
  EXPECT_EQ(value_of("m"), "2");
  plane_.request(
      maps_.patch_request("m", PatchType::json, JsonText(R"([{"op":"replace","path":"/data/value","value":"3"}])")));
  EXPECT_EQ(value_of("m"), "3");
  ApplyOptions force;
  force.force = true;
  plane_.request(maps_.apply_request(map_holding("m", "4"), force));
  EXPECT_EQ(value_of("m"), "4");
  plane_.request(maps_.remove_request("m"));
  EXPECT_FALSE(maps_.find("m"));
  EXPECT_THROW(plane_.request(maps_.remove_request("m")), NotFound);
}

TEST_F(ResourceRequests, ScaleAndRemoveCollections) {
  const Resource deployments = plane_.resource("apps/v1", "deployments").in("default");
  plane_.request(deployments.create_request(requested_deployment()));
  plane_.request(deployments.scale_request("web", 7));
  EXPECT_EQ(deployments.replicas("web"), 7);
  ListOptions which;
  which.field_selector = "metadata.name=web";
  plane_.request(deployments.remove_collection_request(which));
  EXPECT_FALSE(deployments.find("web"));
}

TEST_F(ResourceRequests, FitEveryPlane) {
  const Request creation = maps_.create_request(map_holding("m", "1"));
  for (const char* cluster : {"b", "c"}) client_.plane(cluster).request(creation);
  EXPECT_TRUE(client_.plane("c").resource("v1", "configmaps").in("default").find("m"));
}

TEST_F(ResourceRequests, NamespaceIsThePlanesOwnWhereNobodyNamesOne) {
  PlaneOptions options;
  options.ns = "kube-public";
  const Plane plane = client_.plane("a", options);
  const Request creation = plane.resource("v1", "configmaps").create_request(map_holding("m", "1"));
  EXPECT_EQ(creation.path, "/api/v1/namespaces/kube-public/configmaps");
}

TEST_F(ResourceRequests, SayWhatMayBeRepeated) {
  PatchOptions sets_values;
  sets_values.idempotent = true;
  EXPECT_EQ(maps_.patch_request("m", PatchType::merge, JsonText("{}")).idempotent, false);
  EXPECT_EQ(maps_.patch_request("m", PatchType::merge, JsonText("{}"), sets_values).idempotent, true);
  EXPECT_EQ(maps_.apply_request(map_holding("m", "1")).idempotent, true);
  EXPECT_EQ(maps_.scale_request("m", 1).idempotent, true);
}

TEST_F(ResourceRequests, RefuseWhatTheCallsRefuse) {
  EXPECT_THROW(static_cast<void>(maps_.create_request(JsonText("{}"))), ConfigError);
  EXPECT_THROW(static_cast<void>(maps_.replace_request(JsonText(R"({"metadata":{}})"))), ConfigError);
  EXPECT_THROW(static_cast<void>(maps_.remove_request("a/b")), ConfigError);
  EXPECT_THROW(static_cast<void>(maps_.scale_request("m", -1)), ConfigError);
}

}  // namespace
}  // namespace kplane::tests
