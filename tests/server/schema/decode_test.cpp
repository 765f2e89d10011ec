#include "local_server/schema/decode.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local_server/base/tables.hpp"
#include "local_server/schema/apply_defaults.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

json decoded(const char* group, const char* resource, json object) {
  decode(*find_built_in(group, resource), object);
  return object;
}

std::string refusal(const char* group, const char* resource, json object) {
  try {
    decode(*find_built_in(group, resource), object);
  } catch (const DecodeError& error) {
    return error.what();
  }
  return {};
}

json pod_with(const json& container) { return {{"spec", {{"containers", json::array({container})}}}}; }

json container_of(const json& pod) { return pod["spec"]["containers"][0]; }

TEST(Decode, KnowsEveryTypeOfTheTableOfDefaults) {
  const json table = parse_table(Table::defaults);
  for (const auto& [name, rules] : table.at("rules").items()) EXPECT_NE(find_type(name), nullptr) << name;
}

TEST(Decode, FillsDefaultsOfAPodTemplateToo) {
  const json deployment = decoded("apps", "deployments", {{"spec", {{"template", pod_with({{"name", "a"}})}}}});
  EXPECT_EQ(deployment["spec"]["strategy"],
            json({{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxSurge", "25%"}, {"maxUnavailable", "25%"}}}}));
  EXPECT_EQ(deployment["spec"]["template"]["spec"]["restartPolicy"], "Always");
  EXPECT_EQ(container_of(deployment["spec"]["template"])["resources"], json::object());
  EXPECT_EQ(deployment["status"], json::object());
  EXPECT_FALSE(deployment["spec"]["template"]["spec"].contains("enableServiceLinks"));
}

TEST(Decode, ChangesNothingTheSecondTime) {
  for (const char* resource : {"pods", "services", "persistentvolumeclaims", "events", "secrets"}) {
    const json once = decoded("", resource, {{"metadata", {{"name", "x"}}}});
    EXPECT_EQ(decoded("", resource, once), once) << resource;
  }
}

TEST(Decode, TakesThePullPolicyFromTheImage) {
  const auto policy = [](const char* image) {
    return container_of(decoded("", "pods", pod_with({{"name", "a"}, {"image", image}})))["imagePullPolicy"];
  };
  EXPECT_EQ(policy("nginx"), "Always");
  EXPECT_EQ(policy("registry.test:5000/team/app:latest"), "Always");
  EXPECT_EQ(policy("registry.test:5000/team/app"), "Always");
  EXPECT_EQ(policy("nginx:1.27"), "IfNotPresent");
  EXPECT_EQ(policy("nginx@sha256:0123"), "IfNotPresent");
  EXPECT_EQ(policy("{{image}}"), "IfNotPresent");
}

TEST(Decode, AsksForWhatALimitAllows) {
  const json pod = decoded("", "pods", pod_with({{"name", "a"}, {"resources", {{"limits", {{"cpu", "1000m"}}}}}}));
  EXPECT_EQ(container_of(pod)["resources"], json({{"limits", {{"cpu", "1"}}}, {"requests", {{"cpu", "1"}}}}));
}

TEST(Decode, LeavesOutWhatIsEmptyUnlessItIsAlwaysWritten) {
  const json map = decoded(
      "", "configmaps", {{"metadata", {{"labels", json::object()}}}, {"data", json::object()}, {"immutable", nullptr}});
  EXPECT_EQ(map, json({{"metadata", json::object()}}));
  EXPECT_EQ(decoded("", "configmaps", {{"immutable", false}})["immutable"], false) << "a pointer";
  EXPECT_EQ(decoded("rbac.authorization.k8s.io", "roles", json::object())["rules"], nullptr);
}

TEST(Decode, NamesUnknownFieldsByTheirPaths) {
  json pod = pod_with({{"name", "a"}, {"imagee", "x"}});
  EXPECT_THAT(decode(*find_built_in("", "pods"), pod), ElementsAre("spec.containers[0].imagee"));
  EXPECT_FALSE(container_of(pod).contains("imagee"));
}

TEST(Decode, RefusesWrongTypesInGosWords) {
  EXPECT_EQ(refusal("apps", "deployments", {{"spec", {{"replicas", "2"}}}}),
            "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32");
  EXPECT_EQ(refusal("apps", "deployments", {{"spec", {{"replicas", 1.5}}}}),
            "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32");
  EXPECT_EQ(refusal("", "configmaps", {{"data", {{"a", 1}}}}),
            "json: cannot unmarshal number into Go struct field ConfigMap.data of type string");
  EXPECT_THAT(refusal("", "pods", {{"spec", {{"containers", json::object()}}}}),
              HasSubstr("PodSpec.spec.containers of type []v1.Container"));
  EXPECT_THAT(refusal("", "pods", pod_with({{"imagePullPolicy", true}})), HasSubstr("of type v1.PullPolicy"));
  EXPECT_EQ(refusal("", "secrets", {{"data", {{"a", "YQ"}}}}), "illegal base64 data at input byte 0");
}

TEST(Decode, WritesTimesInUtc) {
  const auto time = [](const char* text) {
    return decoded("", "events", {{"firstTimestamp", text}})["firstTimestamp"].get<std::string>();
  };
  EXPECT_EQ(time("2001-02-03T04:05:06.5+02:00"), "2001-02-03T02:05:06Z");
  EXPECT_EQ(time("2000-03-01T00:30:00+01:00"), "2000-02-29T23:30:00Z");
  EXPECT_THAT(refusal("", "events", {{"firstTimestamp", "soon"}}), HasSubstr("cannot parse \"soon\" as \"2006\""));
  EXPECT_THAT(refusal("coordination.k8s.io", "leases", {{"spec", {{"renewTime", "2001-02-03T04:05:06Z"}}}}),
              HasSubstr("cannot parse \"Z\" as \".000000\""));
}

TEST(CreatedObjects, HaveTheStatusThatTheServerDecides) {
  json pod = decoded("", "pods", pod_with({{"name", "a"}}));
  fill_created(*find_built_in("", "pods"), pod);
  EXPECT_EQ(pod["status"], json({{"phase", "Pending"}, {"qosClass", "BestEffort"}}));

  json job = decoded("batch", "jobs", {{"metadata", {{"name", "j"}, {"uid", "u"}}}});
  fill_created(*find_built_in("batch", "jobs"), job);
  EXPECT_EQ(job["spec"]["selector"]["matchLabels"]["batch.kubernetes.io/controller-uid"], "u");
  EXPECT_EQ(job["metadata"]["labels"]["job-name"], "j");
}

}  // namespace
}  // namespace kplane::testing::server
