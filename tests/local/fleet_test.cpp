// Fleet: declaring, finding, scaling, waiting, removing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/served.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr milliseconds long_enough{30'000};

FleetSpec replicas(std::int32_t count) {
  FleetSpec spec;
  spec.replicas = count;
  return spec;
}

std::vector<std::string> clusters(const Fleet& fleet) {
  std::vector<std::string> ids;
  for (const Plane& plane : fleet.planes()) ids.push_back(plane.cluster());
  return ids;
}

class FleetTest : public ServedTest {};
KPLANE_TEST_OVER_BOTH_SCHEMES(FleetTest);

TEST_P(FleetTest, IsDeclaredWaitedForAndRead) {
  Fleet fleet = client().create_fleet("rl", replicas(5));
  EXPECT_EQ(fleet.name(), "rl");
  EXPECT_EQ(fleet.generation(), 1);
  EXPECT_THAT(clusters(fleet), ElementsAre("rl-0000", "rl-0001", "rl-0002", "rl-0003", "rl-0004"));
  fleet.wait_until_ready(long_enough);
  EXPECT_TRUE(fleet.is_ready());
  EXPECT_EQ(fleet.members().size(), 5U);
  const auto results = fleet.states();
  ASSERT_EQ(results.size(), 5U);
  for (std::size_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i]->cluster, fleet.members()[i].cluster);
}

TEST_P(FleetTest, IsFoundByNameAndInTheList) {
  const Client client = this->client();
  EXPECT_FALSE(client.find_fleet("rl"));
  EXPECT_THROW((void)client.get_fleet("rl"), NotFound);
  EXPECT_TRUE(client.list_fleets().empty());
  FleetSpec spec = replicas(2);
  spec.name_prefix = "p-";
  spec.ttl_seconds = 60;
  client.create_fleet("rl", spec);
  EXPECT_EQ(client.find_fleet("rl")->spec().name_prefix, "p-");
  EXPECT_EQ(client.get_fleet("rl").spec().ttl_seconds, 60);
  client.create_fleet("other", replicas(0));
  EXPECT_EQ(client.list_fleets().size(), 2U);
}

TEST_P(FleetTest, IsFoundByItsLabels) {
  const Client client = this->client();
  FleetSpec spec = replicas(1);
  spec.labels = {{"team", "rl"}};
  spec.annotations = {{"example.org/why", "a \"test\""}};
  const Fleet made = client.create_fleet("labelled", spec);
  client.create_fleet("other", replicas(1));
  ListOptions which;
  which.label_selector = "team=rl";
  which.limit = 1;
  const Vector<Fleet> found = client.list_fleets(which);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].name(), "labelled");
  EXPECT_EQ(found[0].spec().annotations, spec.annotations);
  EXPECT_EQ(found[0].spec().labels.count("app.kubernetes.io/instance"), 0U);
  EXPECT_EQ(found[0].spec().labels.at("team"), "rl");
  client.create_fleet("copy", made.spec());  // the spec of a Fleet that was read makes another one
  EXPECT_EQ(client.list_fleets(which).size(), 2U);
  which.limit = -1;
  EXPECT_THROW((void)client.list_fleets(which), ConfigError);
  spec.labels = {{"app.kubernetes.io/instance", "mine"}};
  EXPECT_THROW((void)client.create_fleet("refused", spec), ConfigError);
}

TEST_P(FleetTest, OfOneNameExistsOnce) {
  const Client client = this->client();
  client.create_fleet("rl", replicas(1));
  EXPECT_THROW((void)client.create_fleet("rl", replicas(1)), AlreadyExists);
}

TEST_P(FleetTest, MayNameItsMembers) {
  FleetSpec spec;
  spec.names = {"one", "two"};
  Fleet fleet = client().create_fleet("named", spec);
  fleet.wait_until_ready(long_enough);
  EXPECT_EQ(fleet.spec().replicas, 2);
  EXPECT_THAT(clusters(fleet), ElementsAre("one", "two"));
  EXPECT_THROW(fleet.scale(3), ConfigError);
}

TEST_P(FleetTest, ScalesUpAndDown) {
  Fleet fleet = client().create_fleet("rl", replicas(1));
  fleet.wait_until_ready(long_enough);
  fleet.scale(3);
  EXPECT_EQ(fleet.spec().replicas, 3);
  EXPECT_EQ(fleet.generation(), 2);
  EXPECT_EQ(clusters(fleet).size(), 3U);
  fleet.wait_until_ready(long_enough);
  EXPECT_EQ(fleet.members().size(), 3U);
  fleet.scale(0).wait_until_ready(long_enough);
  EXPECT_TRUE(fleet.members().empty());
  EXPECT_TRUE(fleet.is_ready());
  EXPECT_THROW(fleet.scale(-1), ConfigError);
}

TEST_P(FleetTest, StaleReadyReplicasDoesNotEndAWait) {
  Fleet fleet = client().create_fleet("rl", replicas(2));
  fleet.wait_until_ready(long_enough);
  EXPECT_EQ(fleet.status().ready_replicas, 2);
  server().set_unready("rl-0000", "gone");
  server().set_unready("rl-0001", "gone");
  server().reconcile();
  fleet.refresh();
  EXPECT_EQ(fleet.status().ready_replicas, 2) << "the controller omits 0, so the old number stays";
  EXPECT_FALSE(fleet.is_ready());
  EXPECT_THROW(fleet.wait_until_ready(milliseconds{200}), TimeoutError);
}

TEST_P(FleetTest, TimeoutSaysHowFarItCameAndWhoIsMissing) {
  server().set_unready("rl-0001", "etcd is slow");
  Fleet fleet = client().create_fleet("rl", replicas(3));
  server().reconcile();
  try {
    fleet.wait_until_ready(milliseconds{200});
    FAIL() << "ready";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("2 of 3"));
    EXPECT_THAT(error.what(), HasSubstr("rl-0001 (Pending"));
    EXPECT_THAT(error.what(), HasSubstr("etcd is slow"));
  }
}

TEST_P(FleetTest, ProgressIsReported) {
  server().set_unready("rl-0000", "not yet");
  Fleet fleet = client().create_fleet("rl", replicas(2));
  server().reconcile();
  std::vector<std::pair<int, int>> seen;
  WaitOptions options;
  options.timeout = long_enough;
  options.on_progress = [&](std::int32_t ready, std::int32_t desired, milliseconds elapsed) {
    EXPECT_GE(elapsed.count(), 0);
    seen.emplace_back(ready, desired);
    server().set_unready("rl-0000", "");
    server().reconcile();
  };
  fleet.wait_until_ready(options);
  ASSERT_GE(seen.size(), 2U);
  EXPECT_EQ(seen.front(), std::make_pair(1, 2));
  EXPECT_EQ(seen.back(), std::make_pair(2, 2));
}

TEST_P(FleetTest, RefusedSpecFailsAtOnce) {
  const Client client = this->client();
  Request post;
  post.method = "POST";
  post.path = "/apis/kplane.dev/v1/fleets";
  post.body =
      R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":"bad"},"spec":{"replicas":3,"names":["a"]}})";
  (void)client.plane("root").request(post);
  server().reconcile();
  Fleet fleet = client.get_fleet("bad");
  EXPECT_TRUE(fleet.planes().empty());
  try {
    fleet.wait_until_ready(long_enough);
    FAIL() << "ready";
  } catch (const FleetError& error) {
    ASSERT_EQ(error.members().size(), 1U);
    EXPECT_EQ(error.members()[0].cluster, "");
    EXPECT_EQ(error.members()[0].phase, "Failed");
    EXPECT_FALSE(error.retryable());
  }
}

TEST_P(FleetTest, FleetThatIsRemovedEndsAWait) {
  const Client client = this->client();
  Fleet fleet = client.create_fleet("rl", replicas(1));
  EXPECT_TRUE(fleet.remove());
  EXPECT_FALSE(fleet.remove());
  EXPECT_THROW(fleet.wait_until_ready(long_enough), NotFound);
  EXPECT_THROW(fleet.refresh(), NotFound);
}

TEST_P(FleetTest, ServerThatIsAwayForAMomentDoesNotEndAWait) {
  ClientOptions options = server().client_options();
  options.retry.max_attempts = 1;
  Fleet fleet = Client(server().base_url(), options).create_fleet("rl", replicas(1));
  kplane::testing::Fault fault;
  fault.path_contains = "/fleets/rl";
  fault.status = 503;
  fault.times = 2;
  server().add_fault(fault);
  fleet.wait_until_ready(long_enough);
  EXPECT_TRUE(fleet.is_ready());
}

TEST_P(FleetTest, RemovingLeavesALaterFleetOfTheSameName) {
  const Client client = this->client();
  const Fleet first = client.create_fleet("rl", replicas(1));
  EXPECT_TRUE(first.remove());
  const Fleet second = client.create_fleet("rl", replicas(1));
  EXPECT_FALSE(first.remove());
  EXPECT_TRUE(client.find_fleet("rl"));
}

TEST_P(FleetTest, HandleOfAFleetThatIsGoneNeverTakesOverAnother) {
  const Client client = this->client();
  Fleet first = client.create_fleet("rl", replicas(1));
  EphemeralFleet owner = client.ephemeral_fleet("owned", replicas(1));
  for (const char* name : {"rl", "owned"}) {
    EXPECT_TRUE(client.get_fleet(name).remove());
    client.create_fleet(name, replicas(2));
  }
  EXPECT_THROW(first.refresh(), FleetReplaced);
  EXPECT_THROW(first.wait_until_ready(long_enough), FleetReplaced);
  EXPECT_THROW(first.watch([](const Fleet&) { return true; }), FleetReplaced);
  EXPECT_THROW(first.scale(5), FleetReplaced);
  EXPECT_FALSE(first.remove());
  EXPECT_THROW(owner.refresh(), FleetReplaced);
  owner.close();
  for (const char* name : {"rl", "owned"}) EXPECT_EQ(client.get_fleet(name).spec().replicas, 2) << name;
}

TEST_P(FleetTest, IsReadyOnceItsMembersAreBootstrapped) {
  auto options = server_options();
  options.bootstrap_delay = milliseconds{300};
  const Client client = start(options).client();
  client.wait_until_ready(long_enough);
  Fleet fleet = client.create_fleet("rl", replicas(3));
  WaitOptions at_once;
  at_once.bootstrapped = false;
  at_once.timeout = long_enough;
  fleet.wait_until_ready(at_once);
  EXPECT_TRUE(fleet.is_ready());
  fleet.wait_until_ready(long_enough);
  for (const Plane& plane : fleet.planes()) {
    EXPECT_TRUE(plane.resource("v1", "namespaces").find("default"));
    EXPECT_TRUE(plane.resource("rbac.authorization.k8s.io/v1", "clusterroles").find("view"));
  }
  const std::size_t asked = server().request_count("/clusterrolebindings");
  fleet.wait_until_ready(long_enough);
  EXPECT_EQ(server().request_count("/clusterrolebindings"), asked) << "each plane is asked once";
}

TEST_P(FleetTest, WithMembersWhoseIdsAreNoneCanBeReadButNotUsed) {
  const Client client = this->client();
  const std::string name(60, 'x');
  Request post;
  post.method = "POST";
  post.path = "/apis/kplane.dev/v1/fleets";
  post.body =
      R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":")" + name + R"("},"spec":{"replicas":1}})";
  (void)client.plane("root").request(post);
  server().reconcile();
  ASSERT_EQ(client.list_fleets().size(), 1U);
  Fleet fleet = client.get_fleet(name);
  EXPECT_EQ(fleet.members().at(0).phase, "Ready") << "its process is";
  EXPECT_FALSE(fleet.is_ready());
  EXPECT_THROW((void)fleet.planes(), DecodeError);
  EXPECT_THROW(fleet.wait_until_ready(long_enough), FleetError);
  EXPECT_THROW(fleet.scale(2), ConfigError);
  EXPECT_TRUE(fleet.remove());
}

TEST_P(FleetTest, OfMoreMembersThanAServerCanStoreIsRefused) {
  const Client client = this->client();
  EXPECT_THROW((void)client.create_fleet("rl", replicas(2'147'483'647)), ConfigError);
  Fleet fleet = client.create_fleet("rl", replicas(0));
  EXPECT_THROW(fleet.scale(15'001), ConfigError);
  EXPECT_EQ(fleet.refresh().spec().replicas, 0);
}

TEST_P(FleetTest, HandleThatWasMovedFromIsWhole) {
  Fleet fleet = client().create_fleet("rl", replicas(1));
  const Fleet moved = std::move(fleet);
  EXPECT_EQ(fleet.name(), "rl");  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(fleet.refresh().object().uid(), moved.object().uid());
}

TEST_P(FleetTest, PlanesOutliveIt) {
  const Client client = this->client();
  Fleet fleet = client.create_fleet("rl", replicas(1));
  fleet.wait_until_ready(long_enough);
  const Plane plane = fleet.planes().at(0);
  Request create;
  create.method = "POST";
  create.path = "/api/v1/namespaces";
  create.body = R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"mine"}})";
  (void)plane.request(create);
  fleet.remove();
  Request get;
  get.path = "/api/v1/namespaces/mine";
  EXPECT_EQ(plane.request(get).status(), 200);
}

TEST_P(FleetTest, ProbingMembersDoesNotWaitForTheController) {
  server().pause_controller(true);
  Fleet fleet = client().create_fleet("rl", replicas(3));
  WaitOptions options;
  options.timeout = long_enough;
  options.probe_members = true;
  EXPECT_NO_THROW(fleet.wait_until_ready(options));
  EXPECT_EQ(server().request_count("/readyz"), 3U);
}

TEST_P(FleetTest, ProbingKeepsItsDeadlineHoweverManyMembersStall) {
  server().pause_controller(true);
  kplane::testing::Fault stall;
  stall.path_contains = "/readyz";
  stall.delay = milliseconds{60'000};
  stall.times = -1;
  server().add_fault(stall);
  Fleet fleet = client().create_fleet("rl", replicas(100));
  WaitOptions options;
  options.timeout = milliseconds{100};
  options.probe_members = true;
  EXPECT_THROW(fleet.wait_until_ready(options), TimeoutError);
  EXPECT_LT(server().request_count("/readyz"), 100U) << "the deadline is that of all members, not of each";
}

TEST_P(FleetTest, ProbingNamesTheMembersThatDoNotAnswer) {
  server().set_unready("rl-0001", "etcd is slow");
  Fleet fleet = client().create_fleet("rl", replicas(2));
  WaitOptions options;
  options.timeout = milliseconds{200};
  options.probe_members = true;
  try {
    fleet.wait_until_ready(options);
    FAIL() << "ready";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("1 of 2"));
    EXPECT_THAT(error.what(), HasSubstr("rl-0001"));
    EXPECT_THAT(error.what(), HasSubstr("etcd is slow"));
  }
}

TEST_P(FleetTest, UnknownPhaseIsNotReadyAndSurvives) {
  server().set_member_phase("rl-0000", "Draining", "being moved");
  Fleet fleet = client().create_fleet("rl", replicas(1));
  server().reconcile();
  fleet.refresh();
  EXPECT_EQ(fleet.members().at(0).phase, "Draining");
  EXPECT_FALSE(fleet.is_ready());
}

TEST_P(FleetTest, HandleIsAValue) {
  Fleet fleet = client().create_fleet("rl", replicas(1));
  const Fleet before = fleet;
  fleet.scale(2);
  EXPECT_EQ(before.spec().replicas, 1);
  EXPECT_EQ(fleet.spec().replicas, 2);
}

}  // namespace
}  // namespace kplane::tests
