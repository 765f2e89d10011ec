// What kubectl does without watching: discovery, reads and writes.
#include <string>
#include <vector>

#include "kubectl.hpp"

namespace kplane::kubectl {
namespace {

using nlohmann::json;

class Kubectl : public KubectlTest {};

constexpr const char kDeployment[] = "/apis/apps/v1/namespaces/default/deployments/web";

const Object* find(const SnapshotResource* resource, std::string_view name) {
  if (resource == nullptr) return nullptr;
  for (const Object& object : resource->items) {
    if (object.name() == name) return &object;
  }
  return nullptr;
}

TEST_F(Kubectl, ListsTheTypesOfAPlane) {
  const std::string types = output_of({"api-resources", "--no-headers"});
  EXPECT_TRUE(contains(types, "deployments")) << types;
  EXPECT_TRUE(contains(types, "storage.k8s.io/v1")) << types;
  EXPECT_TRUE(contains(output_of({"api-versions"}), "apps/v1"));
  const std::string version = output_of({"version", "-o", "json"});
  const auto of_server = version.find("\"serverVersion\"");
  ASSERT_NE(of_server, std::string::npos) << version;
  EXPECT_TRUE(contains(version.substr(of_server), "\"gitVersion\": \"v1.34")) << version;
}

TEST_F(Kubectl, CreatesWhatTheLibrarySees) {
  EXPECT_EQ(output_of({"create", "-f", "-"}, manifest("web")), "deployment.apps/web created\nservice/web created\n");
  const Snapshot state = plane().state();
  const Object* deployment = find(state.by_resource("deployments"), "web");
  ASSERT_NE(deployment, nullptr);
  EXPECT_EQ(deployment->get<std::int64_t>("/spec/replicas"), 2);
  EXPECT_EQ(deployment->uid(), get(kDeployment)["metadata"]["uid"].get<std::string>());
  EXPECT_NE(find(state.by_resource("services"), "web"), nullptr);
  EXPECT_NE(run({"create", "-f", "-"}, manifest("web")).exit_code, 0);
}

TEST_F(Kubectl, ReadsWhatTheLibraryWrote) {
  Request request;
  request.method = "POST";
  request.path = "/api/v1/namespaces/default/configmaps";
  request.body = R"({"metadata":{"name":"a"},"data":{"k":"v"}})";
  plane().request(request);
  std::vector<std::string> read = {"get", "configmap", "a", "-o", "json"};
  constexpr int first_that_hides_managed_fields = 21;
  if (minor_version() >= first_that_hides_managed_fields) read.emplace_back("--show-managed-fields");
  const json seen = json::parse(output_of(read));
  EXPECT_EQ(seen, get("/api/v1/namespaces/default/configmaps/a"));
  const std::string yaml = output_of({"get", "cm", "a", "-o", "yaml"});
  EXPECT_TRUE(contains(yaml, "k: v")) << yaml;
  const std::string everywhere = output_of({"get", "cm", "-A"});
  EXPECT_TRUE(contains(everywhere, "kube-system") && contains(everywhere, "default")) << everywhere;
  EXPECT_TRUE(contains(output_of({"get", "all", "-A"}), "kubernetes"));
}

TEST_F(Kubectl, AppliesOnTheServer) {
  EXPECT_TRUE(contains(output_of({"apply", "--server-side", "-f", "-"}, manifest("web")), "serverside-applied"));
  const Result refused = run({"apply", "--server-side", "--field-manager=other", "-f", "-"}, manifest("web", 5));
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_TRUE(contains(refused.output, "conflict with \"kubectl\": .spec.replicas")) << refused.output;
  EXPECT_EQ(get(kDeployment)["spec"]["replicas"], 2);
  static_cast<void>(output_of({"apply", "--server-side", "--force-conflicts", "--field-manager=other", "-f", "-"},
                              manifest("web", 5)));
  EXPECT_EQ(get(kDeployment)["spec"]["replicas"], 5);
}

TEST_F(Kubectl, AppliesOnTheClient) {
  static_cast<void>(output_of({"apply", "-f", "-"}, manifest("web")));
  EXPECT_TRUE(contains(output_of({"apply", "-f", "-"}, manifest("web", 3)), "deployment.apps/web configured"));
  EXPECT_TRUE(contains(output_of({"apply", "-f", "-"}, manifest("web", 3)), "deployment.apps/web unchanged"));
  EXPECT_EQ(get(kDeployment)["spec"]["replicas"], 3);
}

TEST_F(Kubectl, HearsOfMisspeltFields) {
  if (minor_version() < first_with_server_side_validation) {
    GTEST_SKIP() << "kubectl 1." << minor_version() << " does not ask the server to check fields";
  }
  const std::string misspelt = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndat: {k: v}\n";
  const Result strict = run({"create", "-f", "-"}, misspelt);
  EXPECT_NE(strict.exit_code, 0);
  EXPECT_TRUE(contains(strict.output, "unknown field \"dat\"")) << strict.output;
  EXPECT_TRUE(
      contains(output_of({"create", "--validate=warn", "-f", "-"}, misspelt), "Warning: unknown field \"dat\""));
}

TEST_F(Kubectl, PatchesInThreeWays) {
  static_cast<void>(output_of({"create", "-f", "-"}, manifest("web")));
  static_cast<void>(output_of({"patch", "deployment", "web", "--type=merge", "-p", R"({"spec":{"replicas":3}})"}));
  EXPECT_EQ(get(kDeployment)["spec"]["replicas"], 3);
  static_cast<void>(output_of(
      {"patch", "deployment", "web", "--type=json", "-p", R"([{"op":"replace","path":"/spec/replicas","value":4}])"}));
  EXPECT_EQ(get(kDeployment)["spec"]["replicas"], 4);
  static_cast<void>(output_of({"patch", "deployment", "web", "-p",
                               R"({"spec":{"template":{"spec":{"containers":[{"name":"log","image":"f"}]}}}})"}));
  EXPECT_EQ(get(kDeployment)["spec"]["template"]["spec"]["containers"].size(), 2U);
  static_cast<void>(output_of({"label", "deployment", "web", "tier=front"}));
  EXPECT_EQ(get(kDeployment)["metadata"]["labels"]["tier"], "front");
}

TEST_F(Kubectl, Scales) {
  static_cast<void>(output_of({"create", "-f", "-"}, manifest("web")));
  EXPECT_EQ(output_of({"scale", "deployment", "web", "--replicas=7"}), "deployment.apps/web scaled\n");
  const Snapshot state = plane().state("deployments");
  ASSERT_NE(find(state.by_resource("deployments"), "web"), nullptr);
  EXPECT_EQ(find(state.by_resource("deployments"), "web")->get<std::int64_t>("/spec/replicas"), 7);
}

TEST_F(Kubectl, RunsDryWithoutStoring) {
  if (minor_version() < first_with_server_side_validation) {
    GTEST_SKIP() << "kubectl 1." << minor_version() << " runs dry only where /openapi/v2 is served";
  }
  EXPECT_TRUE(contains(output_of({"apply", "--server-side", "--dry-run=server", "-f", "-"}, manifest("web")),
                       "(server dry run)"));
  const Snapshot state = plane().state();
  EXPECT_EQ(state.by_resource("deployments"), nullptr);
}

TEST_F(Kubectl, Deletes) {
  static_cast<void>(output_of({"create", "-f", "-"}, manifest("web")));
  static_cast<void>(output_of({"delete", "-f", "-", "--wait=false"}, manifest("web")));
  const Snapshot state = plane().state();
  EXPECT_EQ(find(state.by_resource("deployments"), "web"), nullptr);
  EXPECT_EQ(find(state.by_resource("services"), "web"), nullptr);
  const Result again = run({"delete", "deployment", "web"});
  EXPECT_NE(again.exit_code, 0);
  EXPECT_TRUE(contains(again.output, "deployments.apps \"web\" not found")) << again.output;
}

}  // namespace
}  // namespace kplane::kubectl
