// Handles that outlive their client, and snapshots that outlive both.
#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "support/served.hpp"

namespace kplane::tests {
namespace {

class LifetimeTest : public ServedTest {};
KPLANE_TEST_OVER_BOTH_SCHEMES(LifetimeTest);

TEST_P(LifetimeTest, HandlesOutliveTheirClient) {
  std::optional<Plane> plane;
  std::optional<Fleet> fleet;
  {
    const Client client = this->client();
    plane = client.plane("a");
    FleetSpec spec;
    spec.replicas = 1;
    fleet = client.create_fleet("rl", spec);
  }
  EXPECT_EQ(plane->state().cluster, "a");
  fleet->wait_until_ready(std::chrono::seconds{30});
  EXPECT_EQ(fleet->states().size(), 1U);
  EXPECT_TRUE(fleet->remove());
}

TEST_P(LifetimeTest, SnapshotsOutliveEverything) {
  Snapshot snapshot = client().plane("a").state();
  std::optional<Object> object = snapshot.by_resource("namespaces")->items.at(0);
  server().stop();
  EXPECT_GT(snapshot.total_items(), 0U);
  snapshot = Snapshot();
  EXPECT_NE(object->name(), "");
}

TEST_P(LifetimeTest, TemporaryHandlesGiveValues) {
  const Client client = this->client();
  FleetSpec spec;
  spec.names = {"a-name-that-does-not-fit-into-the-string-itself"};
  client.create_fleet("rl", spec);
  for (const std::string& name : client.get_fleet("rl").spec().names) EXPECT_EQ(name, spec.names[0]);
  const std::string& cluster = client.plane(spec.names[0]).cluster();
  EXPECT_EQ(cluster, spec.names[0]);
}

TEST_P(LifetimeTest, SnapshotsCrossThreads) {
  const Snapshot snapshot = client().plane("a").state();
  std::thread reader([snapshot] {
    for (const SnapshotResource& resource : snapshot.resources) {
      for (const Object& object : resource.items) ASSERT_NE(object.name(), "");
    }
  });
  for (const SnapshotResource& resource : snapshot.resources) {
    for (const Object& object : resource.items) ASSERT_NE(object.name(), "");
  }
  reader.join();
}

}  // namespace
}  // namespace kplane::tests
