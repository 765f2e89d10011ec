// One plane: its state, and ordinary Kubernetes requests below it.
#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

#include "live.hpp"

namespace kplane::live {
namespace {

using LivePlane = LiveTest;

StateOptions only(std::string resource) {
  StateOptions options;
  options.resources = {std::move(resource)};
  options.warm = true;
  return options;
}

std::set<std::string> uids(const Snapshot& snapshot, std::string_view resource) {
  std::set<std::string> found;
  if (const SnapshotResource* objects = snapshot.by_resource(resource)) {
    for (const Object& object : objects->items) found.emplace(object.uid());
  }
  return found;
}

TEST_F(LivePlane, ComesIntoBeingAndBecomesReady) {
  const Plane plane = client().plane(unique("first"));
  plane.wait_until_ready(patience);
  EXPECT_TRUE(plane.is_ready());
  EXPECT_EQ(plane.base_url(), client().cluster_base_url(plane.cluster()));
}

TEST_F(LivePlane, StateDescribesIt) {
  const Plane plane = ready_plane("state");
  StateOptions options;
  options.include_empty = true;
  options.warm = true;
  options.timeout = patience;
  const Snapshot snapshot = plane.state(options);
  EXPECT_EQ(snapshot.cluster, plane.cluster());
  const auto age = std::chrono::system_clock::now() - snapshot.snapshot_time;
  EXPECT_LT(std::max(age, -age), std::chrono::hours{1}) << "of the two clocks, one is far off";
  EXPECT_GT(snapshot.live_resources, 0);
  EXPECT_GT(snapshot.total_items(), 0U);
  EXPECT_FALSE(snapshot.raw().empty());
  const auto by_name = [](const SnapshotResource& a, const SnapshotResource& b) {
    return std::tie(a.group, a.resource) < std::tie(b.group, b.resource);
  };
  EXPECT_TRUE(std::is_sorted(snapshot.resources.begin(), snapshot.resources.end(), by_name));
  for (const SnapshotResource& resource : snapshot.resources) {
    EXPECT_EQ(static_cast<std::size_t>(resource.item_count), resource.items.size()) << resource.resource;
  }
}

TEST_F(LivePlane, StateIsFilteredByResource) {
  const Plane plane = ready_plane("filter");
  const Snapshot snapshot = plane.state("namespaces");
  ASSERT_EQ(snapshot.resources.size(), 1U);
  EXPECT_EQ(snapshot.resources[0].resource, "namespaces");
  EXPECT_EQ(snapshot.by_resource("pods"), nullptr);
  EXPECT_TRUE(plane.state("nosuchthings").resources.empty());
}

TEST_F(LivePlane, TwoStatesHoldTheSameObjectsInWhateverOrder) {
  const Plane plane = ready_plane("order");
  const auto has_all = [](const Snapshot& snapshot) { return uids(snapshot, "namespaces").size() >= 4; };
  const Snapshot first = eventually(plane, only("namespaces"), has_all);
  const Snapshot second = plane.state(only("namespaces"));
  EXPECT_EQ(uids(first, "namespaces"), uids(second, "namespaces"));
}

TEST_F(LivePlane, StateFollowsTheLifeOfAnObject) {
  const Plane plane = ready_plane("life");
  const std::string all = "/api/v1/namespaces/default/configmaps";
  const Response created = send(plane, "POST", all, config_map("settings", "slow"));
  EXPECT_EQ(created.status(), 201);
  const std::string uid(created.object().uid());
  Snapshot snapshot = eventually(plane, only("configmaps"),
                                 [](const Snapshot& now) { return find(now, "configmaps", "settings").has_value(); });
  const std::optional<Object> object = find(snapshot, "configmaps", "settings");
  EXPECT_EQ(object->uid(), uid);
  EXPECT_EQ(object->ns(), "default");
  EXPECT_EQ(object->get<std::string_view>("/data/mode"), "slow");
  EXPECT_EQ(object->get<std::int64_t>("/data/mode"), std::nullopt);

  send(plane, "PATCH", all + "/settings", R"({"data":{"mode":"fast"}})", "application/merge-patch+json");
  eventually(plane, only("configmaps"), [](const Snapshot& now) {
    const auto patched = find(now, "configmaps", "settings");
    return patched && patched->get<std::string_view>("/data/mode") == "fast";
  });

  send(plane, "DELETE", all + "/settings", "");
  eventually(plane, only("configmaps"), [](const Snapshot& now) { return !find(now, "configmaps", "settings"); });
  EXPECT_EQ(object->get<std::string_view>("/data/mode"), "slow") << "a snapshot does not change afterwards";
}

TEST_F(LivePlane, KnowsNothingOfAnother) {
  const Plane one = ready_plane("one");
  const Plane other = ready_plane("other");
  send(one, "POST", "/api/v1/namespaces/default/configmaps", config_map("mine", "x"));
  eventually(one, only("configmaps"), [](const Snapshot& now) { return find(now, "configmaps", "mine").has_value(); });
  EXPECT_FALSE(find(other.state(only("configmaps")), "configmaps", "mine"));
}

}  // namespace
}  // namespace kplane::live
