// The body of `/state`.
#include "local_server/fleet/state_view.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "local_server/store/bootstrap.hpp"

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

/// Without what differs from read to read: the time, and the order of the items.
json settled(json state) {
  state.erase("snapshotTime");
  for (auto& each : state["resources"]) std::sort(each["items"].begin(), each["items"].end());
  return state;
}

class KeptState : public State {
 protected:
  json read_anew(const std::map<std::string, std::string>& query = {}) {
    return json::parse(forgetful.answer(planes.at("p"), *parse_state_query(query)).body);
  }
  /// Three reads: of what is new, of what is encoded to be kept, and of what is kept.
  void expect_what_is_there(const std::map<std::string, std::string>& query = {}) {
    for (int i = 0; i < 3; ++i) ASSERT_EQ(settled(read(query)), settled(read_anew(query)));
  }
  Store& store() { return planes.at("p").store(); }

  StateView forgetful{{1, false, 0}, script};
};

TEST_F(KeptState, IsThatOfThePlaneAfterEveryWrite) {
  const ResourceType& maps = *find_built_in("", "configmaps");
  expect_what_is_there();
  make("", "configmaps", {"default", "a"});
  expect_what_is_there();
  make("policy", "poddisruptionbudgets", {"default", "b"});
  expect_what_is_there();
  ASSERT_NE(store().update(maps, {"default", "a"},
                           [](const StoredObject& current) {
                             json value = current.value();
                             value["data"]["k"] = "v";
                             return value;
                           }),
            nullptr);
  expect_what_is_there({{"resource", "configmaps"}});
  expect_what_is_there();
  ASSERT_NE(store().remove(maps, {"default", "a"}), nullptr);
  expect_what_is_there({{"resource", "configmaps"}, {"includeEmpty", "true"}});
  ASSERT_NE(store().remove(*find_built_in("", "namespaces"), {"", "kube-public"}), nullptr);
  expect_what_is_there();
  make("events.k8s.io", "events", {"default", "e"});
  expect_what_is_there({{"resource", "events"}});
  store().remove_all(*find_built_in("policy", "poddisruptionbudgets"));
  expect_what_is_there({{"includeEmpty", "true"}});
  script.set_synced("p", "namespaces", false);
  expect_what_is_there();
  script.set_synced("p", "namespaces", true);
  expect_what_is_there();
  static_cast<void>(read({{"warm", "true"}}));
  expect_what_is_there({{"includeEmpty", "true"}});
}

TEST_F(KeptState, KeepsTheOrderThatAReadWouldHave) {
  for (int i = 0; i < 5; ++i) make("", "secrets", {"default", "s" + std::to_string(i)});
  std::set<std::vector<std::string>> orders;
  for (int i = 0; i < 10; ++i) orders.insert(names(*find(read({{"resource", "secrets"}}), "", "secrets")));
  EXPECT_EQ(orders.size(), 5U);
}

TEST_F(KeptState, OfAPlaneWithoutSystemObjectsShowsThemOnceTheyAreThere) {
  Store late;
  EXPECT_EQ(late.informed_version(), 0U);
  late.begin_with(system_objects(false, true));
  EXPECT_GT(late.informed_version(), 0U);
  EXPECT_EQ(late.informed_version(*find_built_in("", "pods")), late.informed_version());
}

TEST(StateOfALaggingPlane, HoldsBackWritesHoweverOftenItIsRead) {
  PlanesOptions options;
  options.state_lag = std::chrono::hours(1);
  PlaneScript script;
  Planes planes(options);
  const StateView view({}, script);
  const auto count = [&] {
    const auto query = parse_state_query({{"resource", "configmaps"}, {"includeEmpty", "true"}});
    return json::parse(view.answer(planes.at("p"), *query).body)["resources"][0]["itemCount"].get<int>();
  };
  const int before = count();
  EXPECT_EQ(count(), before);
  EXPECT_EQ(count(), before);
  const ResourceType& maps = *find_built_in("", "configmaps");
  ASSERT_NE(planes.at("p").store().create(maps, {"default", "a"}, json::object()), nullptr);
  EXPECT_FALSE(planes.at("p").store().informed_version().has_value());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(count(), before);
}

TEST(StateOfALaggingPlane, ShowsAWriteOnceItIsDue) {
  PlanesOptions options;
  options.state_lag = std::chrono::milliseconds(20);
  PlaneScript script;
  Planes planes(options);
  const StateView view({}, script);
  const auto is_shown = [&] {
    return view.answer(planes.at("p"), {}).body.find(R"("name":"late-one")") != std::string::npos;
  };
  EXPECT_FALSE(is_shown());
  EXPECT_FALSE(is_shown());
  const auto due = std::chrono::steady_clock::now() + options.state_lag;
  const ResourceType& maps = *find_built_in("", "configmaps");
  ASSERT_NE(planes.at("p").store().create(maps, {"default", "late-one"}, json::object()), nullptr);
  while (!is_shown()) {
  }
  EXPECT_GE(std::chrono::steady_clock::now(), due);
  EXPECT_TRUE(is_shown());
}

TEST_F(KeptState, IsNeverOlderThanTheRequest) {
  constexpr int writes = 200;
  const auto query = parse_state_query({{"resource", "configmaps,namespaces"}});
  Plane& plane = planes.at("p");
  std::atomic<int> written{0};
  std::thread writer([&] {
    for (int i = 1; i <= writes; ++i) {
      make("", "configmaps", {"default", "m" + std::to_string(i)});
      written = i;
    }
  });
  const auto read_until_all_is_written = [&] {
    int least = 0;
    do {
      least = written;
      const std::string body = view.answer(plane, *query).body;
      const bool is_shown = least == 0 || body.find("\"m" + std::to_string(least) + "\"") != std::string::npos;
      EXPECT_TRUE(is_shown) << least;
    } while (least < writes);
  };
  std::thread reader(read_until_all_is_written);
  read_until_all_is_written();
  reader.join();
  writer.join();
}

std::shared_ptr<const EncodedPlane> encoded_plane(std::size_t bytes) {
  auto items = std::make_shared<EncodedItems>();
  items->text.assign(bytes, 'x');
  auto plane = std::make_shared<EncodedPlane>();
  plane->types.emplace(find_built_in("", "pods"), std::move(items));
  return plane;
}

TEST(StateCache, ForgetsThePlaneThatWasNotUsedForLongest) {
  Planes planes;
  StateCache cache(30'000);
  cache.put(planes.at("a"), encoded_plane(10'000));
  cache.put(planes.at("b"), encoded_plane(10'000));
  EXPECT_NE(cache.find(planes.at("a")), nullptr);
  cache.put(planes.at("c"), encoded_plane(10'000));
  EXPECT_NE(cache.find(planes.at("a")), nullptr);
  EXPECT_EQ(cache.find(planes.at("b")), nullptr);
  EXPECT_NE(cache.find(planes.at("c")), nullptr);
  EXPECT_GT(cache.bytes(), 20'000U);
  EXPECT_LE(cache.bytes(), 30'000U);
}

TEST(StateCache, ReplacesWhatItKnows) {
  Planes planes;
  StateCache cache(30'000);
  for (int i = 0; i < 10; ++i) cache.put(planes.at("a"), encoded_plane(20'000));
  EXPECT_LT(cache.bytes(), 21'000U);
  cache.put(planes.at("a"), encoded_plane(40'000));  // more than there is room for
  EXPECT_EQ(cache.find(planes.at("a")), nullptr);
  EXPECT_EQ(cache.bytes(), 0U);
}

TEST(EncodedItems, BeginWithAnyOfThem) {
  const EncodedItems items{1, "{1},{2},{3},", {4, 8, 12}};
  std::string body;
  items.append_to(body, 0);
  EXPECT_EQ(body, "{1},{2},{3}");
  items.append_to(body, 4);
  EXPECT_EQ(body, "{1},{2},{3}{2},{3},{1}");
  EncodedItems{}.append_to(body, 3);
  EXPECT_EQ(body, "{1},{2},{3}{2},{3},{1}");
}

}  // namespace
}  // namespace kplane::testing::server
