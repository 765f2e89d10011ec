// Strategic merge patches, scale, field validation, dry runs and deletions.
#include "local_server/rest/writes.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local_server/base/status.hpp"
#include "local_server/patch/patch.hpp"
#include "local_server/rest/rest.hpp"
#include "local_server/store/bootstrap.hpp"
#include "server/said.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using Query = std::map<std::string, std::string>;

constexpr const char kDeployment[] = R"({"metadata":{"name":"web"},"spec":{"replicas":2,
  "selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{
    "containers":[{"name":"web","image":"nginx","args":["a","b"],"env":[{"name":"A","value":"x"}]},{"name":"log","image":"log"}],
    "tolerations":[{"key":"a"}],"volumes":[{"name":"v"}]}}}})";

class Writes : public ::testing::Test {
 protected:
  Writes() {
    bootstrap(store);
    static_cast<void>(send(deployments, "POST", "", kDeployment));
  }

  Answer send(const ResourceType& type, const char* method, const std::string& name, const std::string& body,
              const Query& query = {}, const char* content_type = kJsonType, const std::string& subresource = {}) {
    const std::string ns = type.namespaced ? "default" : "";
    try {
      return answer_rest(store, type, {method, ns, name, subresource, query, content_type, body, "tests/1"});
    } catch (const StatusError& error) {
      return error.answer();
    }
  }
  /// The pod spec after a strategic merge patch of it.
  json patched_pod(const std::string& pod_spec) {
    const auto answer = send(deployments, "PATCH", "web", R"({"spec":{"template":{"spec":)" + pod_spec + "}}}", {},
                             kStrategicPatchType);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json::parse(answer.body)["spec"]["template"]["spec"];
  }

  Store store;
  const ResourceType& configmaps = *find_built_in("", "configmaps");
  const ResourceType& deployments = *find_built_in("apps", "deployments");
  const ResourceType& pods = *find_built_in("", "pods");
};

using StrategicPatch = Writes;
using Scale = Writes;
using FieldValidity = Writes;
using DryRun = Writes;
using Delete = Writes;

std::string warning_of(const Answer& answer) {
  for (const auto& [name, value] : answer.headers) {
    if (name == "Warning") return value;
  }
  return {};
}

TEST_F(StrategicPatch, MergesListsByTheirKey) {
  const json pod = patched_pod(
      R"({"containers":[{"name":"web","image":"apache","env":[{"name":"B","value":"y"}]},{"name":"new","image":"i"}]})");
  ASSERT_EQ(pod["containers"].size(), 3U);
  EXPECT_EQ(pod["containers"][0]["image"], "apache");
  EXPECT_EQ(pod["containers"][0]["env"].size(), 2U);
  EXPECT_EQ(pod["containers"][1]["name"], "new");
}

TEST_F(StrategicPatch, ReplacesOtherLists) {
  const json pod = patched_pod(R"({"tolerations":[{"key":"b"}],"containers":[{"name":"web","args":["c"]}]})");
  EXPECT_EQ(pod["tolerations"], json::parse(R"([{"key":"b"}])"));
  EXPECT_EQ(pod["containers"][0]["args"], json({"c"}));
}

TEST_F(StrategicPatch, ObeysItsDirectives) {
  EXPECT_EQ(patched_pod(R"({"containers":[{"name":"log","$patch":"delete"}]})")["containers"].size(), 1U);
  const json only = patched_pod(R"({"containers":[{"$patch":"replace"},{"name":"only","image":"i"}]})");
  ASSERT_EQ(only["containers"].size(), 1U);
  EXPECT_EQ(only["containers"][0]["name"], "only");
  const json replaced = patched_pod(R"({"$patch":"replace","containers":[{"name":"c","image":"i"}]})");
  EXPECT_EQ(replaced["containers"][0]["name"], "c");
  EXPECT_FALSE(replaced.contains("tolerations"));
  const json retained = patched_pod(R"({"$retainKeys":["hostname","containers"],"hostname":"h"})");
  EXPECT_EQ(retained["hostname"], "h");
  EXPECT_EQ(retained["containers"].size(), 1U);
  EXPECT_FALSE(patched_pod(R"({"hostname":null})").contains("hostname"));
}

TEST_F(StrategicPatch, TakesTheOrderThatKubectlSends) {
  const json pod = patched_pod(
      R"({"$setElementOrder/containers":[{"name":"web"},{"name":"log"}],"containers":[{"name":"web","image":"i"}]})");
  EXPECT_EQ(pod["containers"].size(), 2U);
  EXPECT_FALSE(pod.contains("$setElementOrder/containers"));
}

TEST_F(StrategicPatch, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(send(deployments, "PATCH", "web", R"({"$patch":"fly"})", {}, kStrategicPatchType).status, 500);
  EXPECT_EQ(send(deployments, "PATCH", "web", "[]", {}, kStrategicPatchType).status, 400);
}

TEST_F(Scale, ShowsAndSetsReplicas) {
  const json scale = json::parse(send(deployments, "GET", "web", "", {}, "", "scale").body);
  EXPECT_EQ(scale["kind"], "Scale");
  EXPECT_EQ(scale["spec"]["replicas"], 2);
  EXPECT_EQ(scale["status"]["selector"], "app=web");
  const auto patched = send(deployments, "PATCH", "web", R"({"spec":{"replicas":5}})", {}, kMergePatchType, "scale");
  EXPECT_EQ(json::parse(patched.body)["spec"]["replicas"], 5) << patched.body;
  json wanted = json::parse(patched.body);
  wanted["spec"]["replicas"] = 7;
  EXPECT_EQ(send(deployments, "PUT", "web", wanted.dump(), {}, kJsonType, "scale").status, 200);
  EXPECT_EQ(send(deployments, "PUT", "web", wanted.dump(), {}, kJsonType, "scale").status, 409);
  const json deployment = store.get(deployments, {"default", "web"})->value();
  EXPECT_EQ(deployment["spec"]["replicas"], 7);
  EXPECT_EQ(deployment["metadata"]["generation"], 3);
}

TEST_F(Scale, RefusesReplicasThatAreNoCount) {
  for (const auto& [body, status] : std::map<std::string, int>{
           {R"({"spec":{"replicas":-1}})", 422}, {R"({"spec":{"replicas":"x"}})", 422}, {R"({"kind":"Pod"})", 422}}) {
    EXPECT_EQ(send(deployments, "PATCH", "web", body, {}, kMergePatchType, "scale").status, status) << body;
  }
  EXPECT_EQ(send(deployments, "GET", "absent", "", {}, "", "scale").status, 404);
}

TEST_F(FieldValidity, WarnsOfUnknownFieldsAndDropsThem) {
  const auto created = send(configmaps, "POST", "", R"({"metadata":{"name":"a","labelz":{}},"dat":{}})");
  EXPECT_EQ(created.status, 201);
  ASSERT_EQ(created.headers.size(), 2U);
  EXPECT_EQ(warning_of(created), R"(299 - "unknown field \"dat\"")");
  EXPECT_FALSE(json::parse(created.body).contains("dat"));
  const auto patched =
      send(deployments, "PATCH", "web",
           R"([{"op":"add","path":"/spec/template/spec/containers/0/imagee","value":"x"}])", {}, kJsonPatchType);
  EXPECT_EQ(warning_of(patched), R"(299 - "unknown field \"spec.template.spec.containers[0].imagee\"")");
}

TEST_F(FieldValidity, IsStrictOrSilentWhenAsked) {
  const char* const body = R"({"metadata":{"name":"a"},"dat":{}})";
  const auto strict = send(configmaps, "POST", "", body, {{"fieldValidation", "Strict"}});
  EXPECT_EQ(strict.status, 400);
  EXPECT_EQ(message_of(strict),
            "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field "
            "\"dat\"");
  const auto silent = send(configmaps, "POST", "", body, {{"fieldValidation", "Ignore"}});
  EXPECT_EQ(silent.status, 201);
  EXPECT_EQ(warning_of(silent), "");
  EXPECT_EQ(send(configmaps, "POST", "", body, {{"fieldValidation", "Maybe"}}).status, 422);
}

TEST_F(FieldValidity, KeepsHeadersFreeOfWhatTheFieldIsCalled) {
  const auto created = send(configmaps, "POST", "", R"({"metadata":{"name":"a"},"x\r\nSet-Cookie: y":1,"\u00e9":1})");
  ASSERT_EQ(created.status, 201);
  for (const auto& [name, value] : created.headers) {
    for (const char c : value) EXPECT_TRUE(c >= ' ' && c <= '~') << value;
  }
}

TEST_F(FieldValidity, KnowsTheFieldsOfAllBuiltInTypes) {
  const auto created =
      send(*find_built_in("networking.k8s.io", "ingresses"), "POST", "",
           R"({"metadata":{"name":"a"},"spec":{"rules":[{"hosts":1}]}})", {{"fieldValidation", "Strict"}});
  EXPECT_EQ(created.status, 400);
  EXPECT_THAT(created.body, ::testing::HasSubstr("spec.rules[0].hosts"));
}

TEST_F(DryRun, AnswersAsIfAndStoresNothing) {
  const Query dry = {{"dryRun", "All"}};
  const auto version = store.resource_version();
  EXPECT_EQ(send(configmaps, "POST", "", R"({"metadata":{"name":"a"}})", dry).status, 201);
  const auto patched = send(deployments, "PATCH", "web", R"({"spec":{"replicas":9}})", dry, kMergePatchType);
  EXPECT_EQ(json::parse(patched.body)["spec"]["replicas"], 9);
  EXPECT_EQ(send(deployments, "DELETE", "web", "", dry).status, 200);
  EXPECT_EQ(send(deployments, "DELETE", "web", R"({"dryRun":["All"]})").status, 200);
  EXPECT_EQ(send(deployments, "DELETE", "web", R"({"dryRun":["Some"]})").status, 422);
  EXPECT_EQ(store.resource_version(), version);
  EXPECT_EQ(store.get(deployments, {"default", "web"})->value()["spec"]["replicas"], 2);
}

TEST_F(Delete, TakesThePropagationPolicies) {
  for (const char* policy : {"Orphan", "Background", "Foreground"}) {
    static_cast<void>(send(configmaps, "POST", "", R"({"metadata":{"name":"a"}})"));
    const auto options = json{{"propagationPolicy", policy}, {"gracePeriodSeconds", 0}}.dump();
    EXPECT_EQ(send(configmaps, "DELETE", "a", options).status, 200) << policy;
  }
  EXPECT_EQ(send(configmaps, "DELETE", "a", R"({"propagationPolicy":"Sometimes"})").status, 422);
}

TEST_F(Delete, EmptiesACollection) {
  for (const char* name : {"a", "b"}) {
    static_cast<void>(send(configmaps, "POST", "", json{{"metadata", {{"name", name}}}}.dump()));
  }
  EXPECT_EQ(json::parse(send(configmaps, "DELETE", "", "", {{"labelSelector", "x=y"}}).body)["items"], json::array());
  const json gone = json::parse(send(configmaps, "DELETE", "", "").body);
  EXPECT_EQ(gone["kind"], "ConfigMapList");
  EXPECT_EQ(gone["items"].size(), 2U);
  EXPECT_TRUE(store.list(configmaps, "default").objects.empty());
  EXPECT_FALSE(store.list(configmaps, "kube-system").objects.empty());
  EXPECT_EQ(send(*find_built_in("", "namespaces"), "DELETE", "", "").status, 405);
}

}  // namespace
}  // namespace kplane::testing::server
