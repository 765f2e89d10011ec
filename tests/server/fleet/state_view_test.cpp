// The body of `/state`.
#include "local_server/fleet/state_view.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace kplane::testing::server {
namespace {

using nlohmann::json;

class State : public ::testing::Test {
 protected:
  json read(const std::map<std::string, std::string>& query = {}) {
    return json::parse(view.answer(planes.at("p"), *parse_state_query(query)).body);
  }
  void make(const char* group, const char* resource, const ObjectName& name, json value = json::object()) {
    static_cast<void>(planes.at("p").store().create(*find_built_in(group, resource), name, std::move(value)));
  }

  PlaneScript script;
  Planes planes;
  StateView view{{}, script};
};

const json* find(const json& state, const std::string& group, const std::string& resource) {
  for (const auto& each : state["resources"]) {
    if (each["group"] == group && each["resource"] == resource) return &each;
  }
  return nullptr;
}

std::vector<std::string> names(const json& resource) {
  std::vector<std::string> found;
  for (const auto& item : resource["items"]) found.push_back(item["metadata"]["name"]);
  return found;
}

TEST_F(State, HasTheEnvelopeOfTheContract) {
  const Answer answer = view.answer(planes.at("p"), {});
  EXPECT_EQ(answer.body.back(), '\n');
  ASSERT_EQ(answer.headers.size(), 2U);
  EXPECT_EQ(answer.headers[0], (std::pair<std::string, std::string>{"X-Snapshot-Cluster", "p"}));
  const json state = json::parse(answer.body);
  EXPECT_EQ(state["cluster"], "p");
  EXPECT_EQ(state["snapshotTime"].get<std::string>().size(), 20U);
  EXPECT_GT(state["liveResources"], 0);
}

TEST_F(State, IsSortedByGroupAndResource) {
  std::vector<std::pair<std::string, std::string>> keys;
  const json state = read();
  for (const auto& each : state["resources"]) keys.emplace_back(each["group"], each["resource"]);
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  EXPECT_GT(keys.size(), 10U);
}

TEST_F(State, HoldsItemsWithoutKindAndVersion) {
  make("", "configmaps", {"default", "a"}, {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"data", {{"k", "v"}}}});
  const json state = read({{"resource", "configmaps"}});
  ASSERT_NE(find(state, "", "configmaps"), nullptr);
  for (const auto& item : (*find(state, "", "configmaps"))["items"]) {
    EXPECT_FALSE(item.contains("kind"));
    EXPECT_FALSE(item.contains("apiVersion"));
    EXPECT_FALSE(item["metadata"].contains("managedFields"));
  }
}

TEST_F(State, LeavesOutEmptyResourcesUnlessAsked) {
  EXPECT_EQ(find(read(), "", "pods"), nullptr);
  const json state = read({{"includeEmpty", "true"}});
  ASSERT_NE(find(state, "", "pods"), nullptr);
  EXPECT_EQ((*find(state, "", "pods"))["itemCount"], 0);
  EXPECT_TRUE((*find(state, "", "pods"))["items"].is_array());
}

TEST_F(State, FiltersByPluralInAllGroups) {
  const json state = read({{"resource", "events,unknown,,namespaces"}});
  EXPECT_EQ(state["resources"].size(), 3U);
  EXPECT_NE(find(state, "events.k8s.io", "events"), nullptr);
  EXPECT_EQ(state["liveResources"], read()["liveResources"]);
}

TEST_F(State, IsNullWhenNothingMatches) {
  EXPECT_TRUE(read({{"resource", "unknown"}})["resources"].is_null());
  EXPECT_TRUE(read({{"resource", "pods"}})["resources"].is_null());
}

TEST_F(State, HasNothingLiveBeforeThePlaneIsBootstrapped) {
  Planes late({"root", std::chrono::hours(1)});
  const json state = json::parse(view.answer(late.at("p"), {}).body);
  EXPECT_EQ(state["liveResources"], 0);
  EXPECT_TRUE(state["resources"].is_null());
}

TEST_F(State, ShowsItemsInAnotherOrderEachTime) {
  for (int i = 0; i < 2; ++i) make("", "secrets", {"default", "s" + std::to_string(i)});
  const auto first = names(*find(read(), "", "secrets"));
  const auto second = names(*find(read(), "", "secrets"));
  EXPECT_NE(first, second);
  EXPECT_EQ(std::set<std::string>(first.begin(), first.end()), std::set<std::string>(second.begin(), second.end()));
}

TEST_F(State, WarmedStartsAllInformersForGood) {
  const int cold = read()["liveResources"];
  const json first = read({{"warm", "true"}, {"includeEmpty", "true"}});
  EXPECT_GT(first["liveResources"], cold);
  EXPECT_EQ(first["liveResources"], built_in_types().size());
  EXPECT_EQ((*find(first, "policy", "poddisruptionbudgets"))["synced"], false);
  EXPECT_EQ((*find(first, "", "pods"))["synced"], true);
  const json second = read({{"includeEmpty", "true"}});
  EXPECT_EQ(second["liveResources"], built_in_types().size());
  EXPECT_EQ((*find(second, "policy", "poddisruptionbudgets"))["synced"], true);
}

TEST_F(State, ShowsATypeOnceOneOfItsObjectsIsWritten) {
  make("policy", "poddisruptionbudgets", {"default", "b"});
  ASSERT_NE(find(read(), "policy", "poddisruptionbudgets"), nullptr);
}

TEST_F(State, HoldsBackWhatTheScriptCallsUnsynced) {
  script.set_synced("p", "namespaces", false);
  const json state = read({{"includeEmpty", "1"}});
  EXPECT_EQ((*find(state, "", "namespaces"))["synced"], false);
  EXPECT_EQ((*find(state, "", "namespaces"))["itemCount"], 0);
  script.set_synced("p", "namespaces", true);
  EXPECT_EQ((*find(read(), "", "namespaces"))["itemCount"], 4);
}

TEST_F(State, CanSpeakGosInternalLayout) {
  const StateView internal{{1, true}, script};
  make("", "pods", {"default", "p0"}, {{"spec", {{"nodeName", "n"}, {"nodeSelector", {{"disk", "ssd"}}}}}});
  const json state = json::parse(internal.answer(planes.at("p"), *parse_state_query({{"resource", "pods"}})).body);
  const json& pod = state["resources"][0]["items"][0];
  EXPECT_EQ(pod["name"], "p0");
  EXPECT_EQ(pod["namespace"], "default");
  EXPECT_FALSE(pod.contains("metadata"));
  EXPECT_EQ(pod["Spec"]["NodeName"], "n");
  EXPECT_EQ(pod["Spec"]["NodeSelector"]["disk"], "ssd");
}

TEST(StateQuery, TakesFlagsAsGoDoes) {
  EXPECT_TRUE(parse_state_query({{"warm", "1"}})->warm);
  EXPECT_FALSE(parse_state_query({{"warm", "false"}})->warm);
  EXPECT_FALSE(parse_state_query({{"warm", "yes"}}).has_value());
}

TEST_F(State, SharesItsInformersWithAllPlanes) {
  const int cold = read()["liveResources"];
  static_cast<void>(view.answer(planes.at("q"), *parse_state_query({{"warm", "true"}})));
  const json state = read({{"includeEmpty", "true"}});
  EXPECT_GT(state["liveResources"], cold);
  EXPECT_EQ((*find(state, "policy", "poddisruptionbudgets"))["synced"], true);
}

}  // namespace
}  // namespace kplane::testing::server
