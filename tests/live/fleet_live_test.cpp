// Fleets, and the states of many planes. Whatever happens in a test, its Fleet is removed.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "live.hpp"

namespace kplane::live {
namespace {

using LiveFleet = LiveTest;

FleetSpec of_size(std::int32_t replicas) {
  FleetSpec spec;
  spec.replicas = replicas;
  return spec;
}

EphemeralOptions fresh() {
  EphemeralOptions options;
  options.fresh_planes = true;
  return options;
}

bool lists(const std::vector<Fleet>& fleets, const std::string& name) {
  return std::any_of(fleets.begin(), fleets.end(), [&](const Fleet& fleet) { return fleet.name() == name; });
}

TEST_F(LiveFleet, IsCreatedFoundScaledAndRemoved) {
  const std::string name = unique("fleet");
  EXPECT_FALSE(client().find_fleet(name));
  EphemeralFleet owner = client().ephemeral_fleet(name, of_size(2));
  EXPECT_EQ(owner.name(), name);
  EXPECT_EQ(owner.spec().replicas, 2);
  EXPECT_THROW(static_cast<void>(client().create_fleet(name, of_size(2))), AlreadyExists);

  Fleet fleet = client().get_fleet(name);
  std::int32_t last_ready = -1;
  WaitOptions wait;
  wait.timeout = patience;
  wait.on_progress = [&](std::int32_t ready, std::int32_t desired, std::chrono::milliseconds) {
    last_ready = ready;
    EXPECT_EQ(desired, 2);
  };
  fleet.wait_until_ready(wait);
  EXPECT_EQ(last_ready, 2);
  EXPECT_TRUE(fleet.is_ready());
  ASSERT_EQ(fleet.members().size(), 2U);
  EXPECT_EQ(fleet.members()[1].cluster, name + "-0001");
  EXPECT_TRUE(client().find_fleet(name));
  EXPECT_TRUE(lists(client().list_fleets(), name));

  const std::int64_t generation = fleet.generation();
  fleet.scale(3);
  EXPECT_GT(fleet.generation(), generation);
  fleet.wait_until_ready(patience);
  EXPECT_EQ(fleet.planes().size(), 3U);
  EXPECT_EQ(owner.refresh().spec().replicas, 3);

  EXPECT_TRUE(fleet.remove());
  EXPECT_FALSE(fleet.remove());
  EXPECT_FALSE(client().find_fleet(name));
  EXPECT_THROW(fleet.refresh(), NotFound);
}

TEST_F(LiveFleet, HasTheNamesItWasGiven) {
  FleetSpec spec;
  spec.names = {unique("north"), unique("south")};
  spec.ttl_seconds = 3'600;
  EphemeralFleet fleet = client().ephemeral_fleet(unique("named"), spec);
  WaitOptions wait;
  wait.timeout = patience;
  wait.probe_members = true;
  fleet.wait_until_ready(wait);
  std::set<std::string> clusters;
  for (const Plane& plane : fleet.planes()) clusters.insert(plane.cluster());
  EXPECT_EQ(clusters, std::set<std::string>(spec.names.begin(), spec.names.end()));
  EXPECT_EQ(fleet.spec().ttl_seconds, 3'600);
}

TEST_F(LiveFleet, IsWatchedUntilItIsAsWanted) {
  const std::string name = unique("watched");
  EphemeralFleet fleet = client().ephemeral_fleet(name, of_size(1));
  bool is_scaled = false;
  FleetWatchOptions options;
  options.timeout = patience;
  const WatchEnd end = fleet.watch(
      [&](const Fleet& now) {
        if (!std::exchange(is_scaled, true)) client().get_fleet(name).scale(2);
        return now.spec().replicas != 2 || !now.is_ready();
      },
      options);
  EXPECT_EQ(end, WatchEnd::callback);
  EXPECT_EQ(fleet.members().size(), 2U) << "the handle is renewed";
}

TEST_F(LiveFleet, IsNoLongerWatchedOnceItIsGone) {
  EphemeralFleet fleet = client().ephemeral_fleet(unique("leaving"), of_size(0));
  FleetWatchOptions options;
  options.timeout = patience;
  const auto remove = [](const Fleet& now) {
    now.remove();
    return true;
  };
  EXPECT_THROW(fleet.watch(remove, options), NotFound);
}

TEST_F(LiveFleet, IsRemovedAtScopeExitAndByCloseButNotAfterRelease) {
  const std::string name = unique("short");
  {
    const EphemeralFleet fleet = client().ephemeral_fleet(name, of_size(0));
    EXPECT_TRUE(client().find_fleet(name));
  }
  EXPECT_FALSE(client().find_fleet(name));

  EphemeralFleet closed = client().ephemeral_fleet(name, of_size(0));
  closed.close();
  EXPECT_FALSE(client().find_fleet(name));

  EphemeralFleet given_up = client().ephemeral_fleet(name, of_size(0));
  const Fleet released = given_up.release();
  { const EphemeralFleet gone = std::move(given_up); }
  EXPECT_TRUE(client().find_fleet(name));
  EXPECT_TRUE(released.remove());
}

TEST_F(LiveFleet, IsNeverTakenForAnotherOfItsName) {
  const std::string name = unique("renamed");
  EphemeralFleet first = client().ephemeral_fleet(name, of_size(0));
  EXPECT_TRUE(client().get_fleet(name).remove());
  EphemeralFleet second = client().ephemeral_fleet(name, of_size(0));
  EXPECT_THROW(first.scale(1), FleetReplaced);
  EXPECT_THROW(first.refresh(), FleetReplaced);
  EXPECT_THROW(first.wait_until_ready(patience), FleetReplaced);
  EXPECT_FALSE(first.remove());
  first.close();
  EXPECT_EQ(second.refresh().spec().replicas, 0);
  EXPECT_EQ(second.scale(1).spec().replicas, 1);
}

TEST_F(LiveFleet, CanBeWrittenToOnceItIsReady) {
  EphemeralFleet fleet = client().ephemeral_fleet(unique("written"), of_size(1), fresh());
  fleet.wait_until_ready(patience);
  const Plane plane = fleet.planes().at(0);
  EXPECT_EQ(plane.resource("v1", "configmaps").in("default").create(config_map("first", "on")).name(), "first");
  EXPECT_TRUE(plane.resource("rbac.authorization.k8s.io/v1", "clusterroles").find("cluster-admin"));
}

TEST_F(LiveFleet, HasFreshPlanesEachTime) {
  const std::string name = unique("fresh");
  std::set<std::string> clusters;
  for (int run = 0; run < 2; ++run) {
    EphemeralFleet fleet = client().ephemeral_fleet(name, of_size(2), fresh());
    fleet.wait_until_ready(patience);
    for (const Plane& plane : fleet.planes()) clusters.insert(plane.cluster());
  }
  EXPECT_EQ(clusters.size(), 4U);
}

TEST_F(LiveFleet, GivesTheStatesOfAllItsPlanesInOrder) {
  EphemeralFleet fleet = client().ephemeral_fleet(unique("states"), of_size(5), fresh());
  fleet.wait_until_ready(patience);
  const std::vector<Plane> planes = fleet.planes();
  ASSERT_EQ(planes.size(), 5U);
  StateOptions options;
  options.resources = {"namespaces"};
  options.warm = true;
  BatchOptions batch;
  batch.concurrency = 3;
  const std::vector<StateResult> results = fleet.states(options, batch);
  ASSERT_EQ(results.size(), planes.size());
  for (std::size_t i = 0; i < planes.size(); ++i) {
    ASSERT_TRUE(results[i]) << results[i].error().what();
    EXPECT_EQ(results[i].plane().cluster(), planes[i].cluster());
    EXPECT_EQ(results[i]->cluster, planes[i].cluster());
  }

  std::set<std::string> seen;
  client().for_each_state(
      planes, [&](const StateResult& result) { seen.insert((*result).cluster); }, options, batch);
  EXPECT_EQ(seen.size(), planes.size());
}

TEST_F(LiveFleet, SpoilsOnlyThePlaneThatFails) {
  const Plane good = ready_plane("good");
  PlaneOptions refused;
  refused.token = "no-server-knows-this-token";
  const std::vector<StateResult> results = client().states({client().plane(unique("refused"), refused), good});
  ASSERT_EQ(results.size(), 2U);
  EXPECT_FALSE(results[0]);
  EXPECT_THROW(results[0].error().raise(), Unauthorized);
  EXPECT_TRUE(results[1]);
}

}  // namespace
}  // namespace kplane::live
