// What kubectl does by watching and selecting, and custom resources, whose definition it waits for.
#include <algorithm>
#include <chrono>
#include <future>
#include <string>

#include "kubectl.hpp"

namespace kplane::kubectl {
namespace {

class KubectlWatch : public KubectlTest {};

constexpr const char kDefinition[] = R"(apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, kind: Widget, shortNames: [wd]}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, required: [size], properties: {size: {type: integer, minimum: 1}}}
)";

constexpr const char kWidget[] = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 3}\n";

TEST_F(KubectlWatch, SelectsByLabel) {
  static_cast<void>(output_of({"create", "-f", "-"}, manifest("web")));
  static_cast<void>(output_of({"create", "-f", "-"}, manifest("api")));
  const std::string selected = output_of({"get", "deployments", "-l", "app=web", "-o", "name"});
  EXPECT_EQ(selected, "deployment.apps/web\n");
}

TEST_F(KubectlWatch, ServesCustomResourcesOnceTheyAreEstablished) {
  static_cast<void>(output_of({"create", "-f", "-"}, kDefinition));
  static_cast<void>(output_of({"wait", "--for=condition=Established", "crd/widgets.example.com", "--timeout=60s"}));
  EXPECT_TRUE(contains(output_of({"api-resources", "--api-group=example.com"}), "wd"));
  // A real server may refuse objects of a new type for a moment longer (503), until its admission knows it.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  Result applied;
  do {
    applied = run({"apply", "--server-side", "-f", "-"}, kWidget);
  } while (contains(applied.output, "ServiceUnavailable") && std::chrono::steady_clock::now() < deadline);
  EXPECT_EQ(applied.exit_code, 0) << applied.output;
  EXPECT_EQ(get("/apis/example.com/v1/namespaces/default/widgets/w")["spec"]["size"], 3);
  EXPECT_TRUE(contains(output_of({"get", "wd", "w", "-o", "yaml"}), "size: 3"));
  const Snapshot state = plane().state();
  EXPECT_EQ(state.by_resource("widgets"), nullptr);
  const Result refused = run({"patch", "widget", "w", "--type=merge", "-p", R"({"spec":{"size":0}})"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_TRUE(contains(refused.output, "greater than or equal to 1")) << refused.output;
  static_cast<void>(output_of({"delete", "crd", "widgets.example.com"}));
  EXPECT_NE(run({"get", "widgets"}).exit_code, 0);
}

TEST_F(KubectlWatch, FollowsWhatTheLibraryChanges) {
  const Resource maps = plane().resource("v1", "configmaps").in("default");
  maps.apply(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"watched"}})");
  std::promise<void> ended;
  // One change after the other, so that some fall into kubectl's watch, whenever that begins.
  auto changes = std::async(std::launch::async, [&maps, over = ended.get_future()] {
    for (int i = 0; over.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout; ++i) {
      maps.patch("watched", PatchType::merge, R"({"data":{"value":")" + std::to_string(i) + R"("}})");
    }
  });
  const std::string lines = output_of({"get", "configmaps", "watched", "-w", "-o", "name", "--request-timeout=3s"});
  ended.set_value();
  changes.get();
  EXPECT_GE(std::count(lines.begin(), lines.end(), '\n'), 5) << lines;
}

TEST_F(KubectlWatch, WaitsForDeletions) {
  static_cast<void>(output_of({"create", "-f", "-"}, manifest("web")));
  static_cast<void>(output_of({"delete", "deployment", "web", "--wait=true", "--timeout=60s"}));
  EXPECT_FALSE(plane().resource("apps/v1", "deployments").in("default").find("web"));
  const Result gone = run({"wait", "--for=delete", "deployment/web", "--timeout=60s"});
  EXPECT_TRUE(gone.exit_code == 0 || contains(gone.output, "no matching resources found")) << gone.output;
}

}  // namespace
}  // namespace kplane::kubectl
