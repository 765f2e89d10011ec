// What a plane says it serves.
#include "local_server/rest/discovery.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "local_server/rest/openapi_paths.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr const char kAggregated[] =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

ServedTypes all_types() {
  ServedTypes types;
  for (const auto& type : listed_types()) types.push_back(&type);
  types.push_back(&fleet_type());
  return types;
}

json read(const std::vector<std::string>& segments, const char* accept = "application/json") {
  const auto answer = answer_discovery(segments, all_types(), accept);
  return answer ? json::parse(answer->body) : json();
}

json named(const json& list, const std::string& key, const std::string& name) {
  for (const auto& each : list) {
    if (each[key] == name) return each;
  }
  return {};
}

TEST(Discovery, ListsTheVersionsOfTheCoreGroup) {
  const json versions = read({"api"});
  EXPECT_EQ(versions["kind"], "APIVersions");
  EXPECT_EQ(versions["versions"], json({"v1"}));
}

TEST(Discovery, ListsEveryNamedGroupOnce) {
  const json list = read({"apis"});
  EXPECT_EQ(list["kind"], "APIGroupList");
  std::set<std::string> names;
  for (const auto& group : list["groups"]) EXPECT_TRUE(names.insert(group["name"]).second) << group;
  EXPECT_EQ(names.count("apps"), 1U);
  EXPECT_EQ(names.count(""), 0U);
  EXPECT_EQ(named(list["groups"], "name", "apps")["preferredVersion"],
            json::parse(R"({"groupVersion":"apps/v1","version":"v1"})"));
}

TEST(Discovery, DescribesOneGroup) {
  const json group = read({"apis", "apps"});
  EXPECT_EQ(group["kind"], "APIGroup");
  EXPECT_EQ(group["name"], "apps");
  EXPECT_TRUE(read({"apis", "nope"}).is_null());
}

TEST(Discovery, DescribesResourcesAndTheirSubresources) {
  const json list = read({"apis", "apps", "v1"});
  EXPECT_EQ(list["groupVersion"], "apps/v1");
  const json deployment = named(list["resources"], "name", "deployments");
  EXPECT_EQ(deployment["singularName"], "deployment");
  EXPECT_EQ(deployment["shortNames"], json({"deploy"}));
  EXPECT_EQ(deployment["categories"], json({"all"}));
  EXPECT_EQ(deployment["namespaced"], true);
  EXPECT_EQ(deployment["verbs"].size(), 8U);
  EXPECT_EQ(named(list["resources"], "name", "deployments/scale")["kind"], "Scale");
  EXPECT_EQ(named(list["resources"], "name", "deployments/status")["kind"], "Deployment");
  EXPECT_EQ(named(read({"api", "v1"})["resources"], "name", "pods/status")["verbs"], json({"get", "patch", "update"}));
  EXPECT_TRUE(read({"apis", "apps", "v2"}).is_null());
  EXPECT_TRUE(read({"api", "v2"}).is_null());
}

TEST(Discovery, DescribesTokenRequests) {
  const json core = read({"api", "v1"});
  EXPECT_EQ(named(core["resources"], "name", "serviceaccounts/token"), json::parse(R"({"name":"serviceaccounts/token",
    "singularName":"","namespaced":true,"group":"authentication.k8s.io","version":"v1","kind":"TokenRequest",
    "verbs":["create"]})"));
  const json whole = read({"api"}, kAggregated);
  const json accounts = named(whole["items"][0]["versions"][0]["resources"], "resource", "serviceaccounts");
  EXPECT_EQ(accounts["subresources"], json::parse(R"([{"subresource":"token","verbs":["create"],"responseKind":
    {"group":"authentication.k8s.io","version":"v1","kind":"TokenRequest"}}])"));
}

TEST(Discovery, PrefersStableVersionsAndThenTheHighest) {
  std::vector<ResourceType> made;
  for (const char* version : {"alpha", "v1alpha1", "v1", "v10", "v2beta2", "v2", "v2beta10"}) {
    made.push_back({"x.dev", version, "toys", "Toy"});
  }
  ServedTypes types;
  for (const auto& type : made) types.push_back(&type);
  const json group = json::parse(answer_discovery({"apis", "x.dev"}, types, "")->body);
  std::vector<std::string> versions;
  for (const auto& version : group["versions"]) versions.push_back(version["version"]);
  EXPECT_EQ(versions, (std::vector<std::string>{"v10", "v2", "v1", "v2beta10", "v2beta2", "v1alpha1", "alpha"}));
  EXPECT_EQ(group["preferredVersion"]["version"], "v10");
}

TEST(Discovery, DescribesFleetsAsARealServerDoes) {
  const json list = read({"apis", "kplane.dev", "v1"});
  EXPECT_EQ(list["resources"][0]["name"], "fleets");
  EXPECT_EQ(list["resources"][0]["shortNames"], json({"flt"}));
  EXPECT_EQ(list["resources"][0]["categories"], json({"kplane"}));
  EXPECT_EQ(list["resources"][1]["name"], "fleets/status");
}

TEST(Discovery, IsAggregatedOnlyForClientsThatPreferIt) {
  EXPECT_EQ(read({"apis"}, kAggregated)["kind"], "APIGroupDiscoveryList");
  EXPECT_EQ(
      read({"apis"}, "application/json,application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")["kind"],
      "APIGroupList");
  EXPECT_EQ(read({"apis"}, "")["kind"], "APIGroupList");
  EXPECT_EQ(read({"apis"}, "application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList, */*")["kind"],
            "APIGroupList");
  const json core = read({"api"}, kAggregated);
  ASSERT_EQ(core["items"].size(), 1U);
  const json pods = named(core["items"][0]["versions"][0]["resources"], "resource", "pods");
  EXPECT_EQ(pods["scope"], "Namespaced");
  EXPECT_EQ(pods["responseKind"], json::parse(R"({"group":"","version":"","kind":"Pod"})"));
  EXPECT_EQ(pods["subresources"][0]["subresource"], "attach");
}

TEST(Discovery, TellsBothFormsTheSameTypes) {
  std::set<std::string> plain;
  std::set<std::string> aggregated;
  const json groups = read({"apis"});
  for (const auto& group : groups["groups"]) {
    const json list = read({"apis", group["name"], group["versions"][0]["version"]});
    for (const auto& resource : list["resources"]) {
      const std::string name = resource["name"];
      if (name.find('/') == std::string::npos) plain.insert(name + "." + group["name"].get<std::string>());
    }
  }
  const json whole = read({"apis"}, kAggregated);
  for (const auto& group : whole["items"]) {
    for (const auto& resource : group["versions"][0]["resources"]) {
      aggregated.insert(resource["resource"].get<std::string>() + "." + group["metadata"]["name"].get<std::string>());
    }
  }
  EXPECT_EQ(plain, aggregated);
}

TEST(OpenApiPaths, PointToADocumentForEachGroupAndVersion) {
  const auto index = answer_openapi({"openapi", "v3"}, all_types(), "/clusters/a/control-plane");
  ASSERT_TRUE(index);
  EXPECT_EQ(json::parse(index->body)["paths"]["apis/apps/v1"]["serverRelativeURL"],
            "/clusters/a/control-plane/openapi/v3/apis/apps/v1");
  EXPECT_EQ(answer_openapi({"openapi", "v3", "apis", "nope", "v1"}, all_types(), "")->status, 404);
  EXPECT_FALSE(answer_openapi({"openapi", "v4"}, all_types(), ""));
}

TEST(OpenApiPaths, SayThatWritesTakeFieldValidation) {
  const auto document = answer_openapi({"openapi", "v3", "api", "v1"}, all_types(), "");
  ASSERT_TRUE(document);
  const json paths = json::parse(document->body)["paths"];
  const json patch = paths["/api/v1/namespaces/{namespace}/pods/{name}"]["patch"];
  EXPECT_EQ(patch["x-kubernetes-group-version-kind"]["kind"], "Pod");
  EXPECT_EQ(named(patch["parameters"], "name", "fieldValidation")["in"], "query");
}

}  // namespace
}  // namespace kplane::testing::server
