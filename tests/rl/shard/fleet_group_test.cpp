#include <kplane/rl/fleet_group.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <kplane/error.hpp>
#include <kplane/testing/local_server.hpp>

#include "rl/root_plane.hpp"

namespace kplane::rl {
namespace {

using namespace std::chrono_literals;
using kplane::testing::Fault;
using kplane::testing::LocalServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using tests::of_size;

FleetGroupOptions of(std::int32_t planes_per_fleet) {
  FleetGroupOptions options;
  options.planes_per_fleet = planes_per_fleet;
  return options;
}

std::vector<int> sizes(const FleetGroup& group) {
  std::vector<int> found;
  for (const Fleet& fleet : group.fleets()) found.push_back(fleet.spec().replicas);
  return found;
}

std::vector<std::string> names(const FleetGroup& group) {
  std::vector<std::string> found;
  for (const Plane& plane : group.planes()) found.push_back(plane.cluster());
  return found;
}

std::vector<std::string> fleets_of(const Client& client) {
  std::vector<std::string> found;
  for (const Fleet& fleet : client.list_fleets()) found.push_back(fleet.name());
  return found;
}

TEST(FleetGroup, IsMadeWaitedForReadScaledAndRemovedAsOne) {
  LocalServer server;
  const Client client = server.client();
  FleetGroup group = create_fleet_group(client, "many", of_size(7), of(3));
  EXPECT_THAT(sizes(group), ElementsAre(3, 3, 1));
  EXPECT_THAT(fleets_of(client), ElementsAre("many-000", "many-001", "many-002"));
  std::vector<std::pair<int, int>> progress;
  WaitOptions wait;
  wait.on_progress = [&](int ready, int desired, std::chrono::milliseconds /*elapsed*/) {
    progress.emplace_back(ready, desired);
  };
  group.wait_until_ready(wait);
  EXPECT_TRUE(group.is_ready());
  EXPECT_EQ(progress.back(), std::make_pair(7, 7));
  EXPECT_THAT(names(group), ElementsAre("many-000-0000", "many-000-0001", "many-000-0002", "many-001-0000",
                                        "many-001-0001", "many-001-0002", "many-002-0000"));
  const Vector<StateResult> states = group.states();
  ASSERT_EQ(states.size(), 7U);
  EXPECT_EQ(states[6]->cluster, "many-002-0000");
  int seen = 0;
  group.for_each_state([&](StateResult state) { seen += state ? 1 : 0; });
  EXPECT_EQ(seen, 7);

  EXPECT_THAT(sizes(group.scale(11)), ElementsAre(3, 3, 3, 2));
  group.wait_until_ready(30s);
  EXPECT_THAT(sizes(group.scale(4)), ElementsAre(3, 1));
  EXPECT_THAT(fleets_of(client), ElementsAre("many-000", "many-001"));
  EXPECT_THAT(sizes(group.scale(0)), ElementsAre(0));
  EXPECT_THAT(sizes(group.scale(5)), ElementsAre(3, 2));
  EXPECT_EQ(group.replicas(), 5);
  EXPECT_TRUE(group.remove());
  EXPECT_FALSE(group.remove());
  EXPECT_THAT(fleets_of(client), IsEmpty());
}

TEST(FleetGroup, HoldsMorePlanesThanOneFleetCould) {
  constexpr int most = KPLANE_GROUPED_PLANES;
  LocalServer server;
  FleetGroup group = create_fleet_group(server.client(), "many", of_size(most));
  WaitOptions wait;
  wait.bootstrapped = false;  // which would ask each of them
  group.wait_until_ready(wait);
  constexpr int fleets = most / 3'000 + 1;  // and the last one has 2,000 planes
  EXPECT_EQ(group.fleets().size(), std::size_t{fleets});
  const Vector<Plane> planes = group.planes();
  ASSERT_EQ(planes.size(), static_cast<std::size_t>(most));
  EXPECT_EQ(planes.back().cluster(), "many-00" + std::to_string(fleets - 1) + "-1999");
  std::size_t members = 0;
  for (const Fleet& fleet : group.fleets()) members += fleet.members().size();
  EXPECT_EQ(members, static_cast<std::size_t>(most)) << "the status of each Fleet was stored";
  EXPECT_TRUE(group.remove());
}

TEST(FleetGroup, IsFoundAgainAsItWasMade) {
  LocalServer server;
  const Client client = server.client();
  FleetSpec spec = of_size(5);
  spec.name_prefix = "rl-";
  spec.labels["team"] = "rl";
  static_cast<void>(create_fleet_group(client, "many", spec, of(2)));
  static_cast<void>(create_fleet_group(client, "many-more", of_size(1)));
  client.create_fleet("many-x", of_size(1));
  EXPECT_FALSE(find_fleet_group(client, "man"));
  std::optional<FleetGroup> found = find_fleet_group(client, "many");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name(), "many");
  found->scale(7);
  EXPECT_THAT(names(*found), ElementsAre("rl-000-0000", "rl-000-0001", "rl-001-0000", "rl-001-0001", "rl-002-0000",
                                         "rl-002-0001", "rl-003-0000"));
  for (const Fleet& fleet : found->fleets()) EXPECT_EQ(fleet.spec().labels.at("team"), "rl");
  EXPECT_EQ(names(*find_fleet_group(client, "many")), names(*found));
  FleetGroup gone = *found;
  gone.remove();
  EXPECT_THROW(found->refresh(), NotFound);
}

TEST(FleetGroup, SharesNamesOut) {
  LocalServer server;
  FleetSpec spec;
  spec.names = {"a", "b", "c", "d", "e"};
  FleetGroup group = create_fleet_group(server.client(), "named", spec, of(2));
  EXPECT_THAT(names(group), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_THROW(group.scale(6), ConfigError);
  spec.names.emplace_back("a");
  EXPECT_THROW(static_cast<void>(create_fleet_group(server.client(), "twice", spec, of(2))), ConfigError);
}

TEST(FleetGroup, LeavesNothingWhenAFleetCannotBeMade) {
  LocalServer server;
  const Client client = server.client();
  client.create_fleet("many-002", of_size(1));
  EXPECT_THROW(static_cast<void>(create_fleet_group(client, "many", of_size(9), of(3))), AlreadyExists);
  EXPECT_THAT(fleets_of(client), ElementsAre("many-002"));
}

TEST(FleetGroup, RemovesTheOthersWhenOneCannotBeRemoved) {
  LocalServer server;
  const Client client = server.client();
  const FleetGroup group = create_fleet_group(client, "many", of_size(3), of(1));
  Fault refusal;
  refusal.method = "DELETE";
  refusal.path_contains = "many-001";
  refusal.status = 403;
  server.add_fault(refusal);
  EXPECT_THROW(group.remove(), Forbidden);
  EXPECT_THAT(fleets_of(client), ElementsAre("many-001"));
  EXPECT_TRUE(group.remove());
}

TEST(FleetGroup, ChecksItsArguments) {
  LocalServer server;
  const Client client = server.client();
  EXPECT_THROW(static_cast<void>(create_fleet_group(client, "many", of_size(-1))), ConfigError);
  EXPECT_THROW(static_cast<void>(create_fleet_group(client, "many", of_size(1), of(0))), ConfigError);
  EXPECT_THROW(static_cast<void>(create_fleet_group(client, "many", of_size(1), of(4'001))), ConfigError);
  EXPECT_THROW(static_cast<void>(create_fleet_group(client, "Many", of_size(1))), ConfigError);
  EXPECT_THROW(static_cast<void>(create_fleet_group(client, std::string(55, 'a'), of_size(1))), ConfigError);
  FleetSpec labelled = of_size(1);
  labelled.labels["kplane.dev/fleet-group"] = "mine";
  EXPECT_THROW(static_cast<void>(create_fleet_group(client, "many", labelled)), ConfigError);
  EXPECT_THAT(fleets_of(client), IsEmpty());
}

TEST(LargeFleet, IsWarnedOfThroughTheObserver) {
  LocalServer server;
  std::vector<std::string> warnings;
  ClientOptions options = server.client_options();
  options.observer = [&](const RequestEvent& event) {
    warnings.insert(warnings.end(), event.warnings.begin(), event.warnings.end());
  };
  const Client client(server.base_url(), options);
  server.pause_controller(true);
  Fleet fleet = client.create_fleet("large", of_size(4'000));
  EXPECT_THAT(warnings, IsEmpty());
  fleet.scale(4'001);
  client.create_fleet("larger", of_size(15'000));
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("large has 4001 members"), HasSubstr("larger has 15000 members")));
  try {
    client.create_fleet("largest", of_size(15'001));
    FAIL() << "made a Fleet that the server cannot keep";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("rl::FleetGroup"));
  }
}

}  // namespace
}  // namespace kplane::rl
