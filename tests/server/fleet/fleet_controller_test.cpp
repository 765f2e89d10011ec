// The Fleet controller, without HTTP.
#include "local_server/fleet/fleet_controller.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "local_server/fleet/fleet_members.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

/// A root plane with a controller, and a way to wait for what the controller writes.
class Fleets {
 public:
  explicit Fleets(FleetControllerOptions options = {}, milliseconds bootstrap_delay = milliseconds(0))
      : planes({"root", bootstrap_delay}), controller(planes, script, options) {
    planes.observe_root([this](const Change& change) {
      controller.on_change(change);
      const std::lock_guard lock(mutex_);
      ++writes_;
      written_.notify_all();
    });
  }

  void create(const std::string& name, const json& spec) {
    const json value = {{"apiVersion", "kplane.dev/v1"}, {"kind", "Fleet"}, {"spec", spec}};
    ASSERT_NE(planes.root().store().create(fleet_type(), {"", name}, value), nullptr);
  }
  void edit(const std::string& name, const json& patch) {
    static_cast<void>(planes.root().store().update(fleet_type(), {"", name}, [&](const StoredObject& current) {
      json value = current.value();
      value.merge_patch(patch);
      return value;
    }));
  }
  json get(const std::string& name) { return planes.root().store().get(fleet_type(), {"", name})->value(); }
  json status(const std::string& name) { return get(name).value("status", json::object()); }

  template <class Condition>
  bool wait_until(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      std::unique_lock lock(mutex_);
      const auto seen = writes_;
      lock.unlock();
      if (condition()) return true;
      lock.lock();
      if (!written_.wait_until(lock, deadline, [&] { return writes_ != seen; })) return false;
    }
    return true;
  }

  PlaneScript script;
  Planes planes;

 private:
  std::mutex mutex_;
  std::condition_variable written_;
  int writes_ = 0;

 public:
  FleetController controller;
};

int ready_members(const json& status) {
  int ready = 0;
  for (const auto& member : status.value("members", json::array())) ready += member["phase"] == "Ready" ? 1 : 0;
  return ready;
}

TEST(MemberPlan, NamesMembersByPrefixAndIndex) {
  EXPECT_EQ(plan_members("rl", {{"replicas", 2}}).clusters, (std::vector<std::string>{"rl-0000", "rl-0001"}));
  EXPECT_EQ(plan_members("rl", {{"replicas", 1}, {"namePrefix", "x."}}).clusters.front(), "x.0000");
  EXPECT_EQ(plan_members("rl", {{"replicas", 10'001}}).clusters.back(), "rl-10000");
}

TEST(MemberPlan, RefusesWhatCannotBeCarriedOut) {
  EXPECT_EQ(plan_members("rl", {{"replicas", 3}, {"names", {"a", "b"}}}).refusal,
            "spec.names has 2 entries, but spec.replicas is 3");
  EXPECT_FALSE(plan_members("rl", {{"replicas", 2}, {"names", {"a", "a"}}}).refusal.empty());
  EXPECT_FALSE(plan_members("rl", {{"replicas", 1}, {"names", {"../x"}}}).refusal.empty());
  EXPECT_FALSE(plan_members("rl", {{"replicas", 1}, {"namePrefix", "/"}}).refusal.empty());
  EXPECT_FALSE(plan_members("rl", {{"replicas", 2'000'000'000}}).refusal.empty());
  EXPECT_TRUE(plan_members("rl", {{"replicas", 0}}).refusal.empty());
}

TEST(FleetController, CreatesThePlanesOfAFleet) {
  Fleets fleets;
  fleets.create("rl", {{"replicas", 2}});
  fleets.controller.reconcile();
  const json status = fleets.status("rl");
  EXPECT_EQ(status["observedGeneration"], 1);
  EXPECT_EQ(status["readyReplicas"], 2);
  EXPECT_EQ(status["members"][1]["clusterID"], "rl-0001");
  EXPECT_EQ(status["members"][1]["phase"], "Ready");
  EXPECT_EQ(fleets.planes.size(), 3U);
  EXPECT_TRUE(fleets.planes.at("rl-0001").store().has_namespace("default"));
}

TEST(FleetController, LeavesAnOldReadyCountWhenItFallsToZero) {
  Fleets fleets;
  fleets.create("rl", {{"replicas", 1}});
  fleets.controller.reconcile();
  fleets.script.set_unready("rl-0000", "etcd is gone");
  fleets.controller.reconcile();
  const json status = fleets.status("rl");
  EXPECT_EQ(status["readyReplicas"], 1);
  EXPECT_EQ(status["members"][0]["phase"], "Pending");
  EXPECT_EQ(status["members"][0]["message"], "readyz: etcd is gone");
}

TEST(FleetController, OmitsAReadyCountThatWasNeverAboveZero) {
  Fleets fleets;
  fleets.create("rl", {{"replicas", 0}});
  fleets.controller.reconcile();
  EXPECT_FALSE(fleets.status("rl").contains("readyReplicas"));
  EXPECT_EQ(fleets.status("rl")["observedGeneration"], 1);
  EXPECT_TRUE(fleets.status("rl")["members"].empty());
}

TEST(FleetController, ReportsARefusedSpecAsOneNamelessMember) {
  Fleets fleets;
  fleets.create("rl", {{"replicas", 3}, {"names", {"a"}}});
  fleets.controller.reconcile();
  const json members = fleets.status("rl")["members"];
  ASSERT_EQ(members.size(), 1U);
  EXPECT_EQ(members[0]["clusterID"], "");
  EXPECT_EQ(members[0]["phase"], "Failed");
  EXPECT_NE(members[0]["message"].get<std::string>().find("spec.names"), std::string::npos);
  EXPECT_EQ(fleets.planes.size(), 1U);
}

TEST(FleetController, ReportsThePhaseThatATestSets) {
  Fleets fleets;
  fleets.create("rl", {{"replicas", 1}});
  fleets.script.set_phase("rl-0000", {"Frozen", "by a test"});
  fleets.controller.reconcile();
  EXPECT_EQ(fleets.status("rl")["members"][0]["phase"], "Frozen");
  EXPECT_EQ(fleets.status("rl")["members"][0]["message"], "by a test");
  fleets.script.set_phase("rl-0000", {});
  fleets.controller.reconcile();
  EXPECT_EQ(fleets.status("rl")["members"][0]["phase"], "Ready");
}

TEST(FleetController, WritesNothingWhenNothingChanged) {
  Fleets fleets;
  fleets.create("rl", {{"replicas", 2}});
  fleets.controller.reconcile();
  const json before = fleets.get("rl");
  fleets.controller.reconcile();
  EXPECT_EQ(fleets.get("rl"), before);
}

TEST(FleetController, SurvivesAStatusOfAnyShape) {
  Fleets fleets;
  fleets.create("rl", {{"replicas", 1}});
  for (const json& status :
       {json(5), json::parse(R"({"members":7})"), json::parse(R"({"members":[1,null,{"phase":[]}]})")}) {
    fleets.edit("rl", {{"status", nullptr}});
    fleets.edit("rl", {{"status", status}});
    fleets.controller.reconcile();
    EXPECT_EQ(ready_members(fleets.status("rl")), 1);
  }
}

TEST(FleetController, WorksByItselfOnceStarted) {
  Fleets fleets;
  fleets.controller.start();
  fleets.create("rl", {{"replicas", 2}});
  EXPECT_TRUE(fleets.wait_until([&] { return ready_members(fleets.status("rl")) == 2; }));
  fleets.edit("rl", {{"spec", {{"replicas", 4}}}});
  EXPECT_TRUE(fleets.wait_until([&] { return ready_members(fleets.status("rl")) == 4; }));
  EXPECT_EQ(fleets.status("rl")["observedGeneration"], 2);
}

TEST(FleetController, ProbesAgainAfterItsInterval) {
  FleetControllerOptions options;
  options.probe_interval = milliseconds(1);
  Fleets fleets(options);
  fleets.controller.start();
  fleets.create("rl", {{"replicas", 1}});
  ASSERT_TRUE(fleets.wait_until([&] { return ready_members(fleets.status("rl")) == 1; }));
  fleets.script.set_unready("rl-0000", "no");
  EXPECT_TRUE(fleets.wait_until([&] { return ready_members(fleets.status("rl")) == 0; }));
}

TEST(FleetController, LetsMembersBecomeReadyOneAfterAnother) {
  FleetControllerOptions options;
  options.member_delay = milliseconds(5);
  Fleets fleets(options);
  fleets.create("rl", {{"replicas", 3}});
  fleets.controller.reconcile();
  EXPECT_LT(ready_members(fleets.status("rl")), 3);
  fleets.controller.start();
  EXPECT_TRUE(fleets.wait_until([&] { return ready_members(fleets.status("rl")) == 3; }));
}

TEST(FleetController, DoesNotWaitForTheBootstrapOfItsMembers) {
  Fleets fleets({}, std::chrono::hours(1));
  fleets.create("rl", {{"replicas", 2}});
  fleets.controller.reconcile();
  EXPECT_EQ(ready_members(fleets.status("rl")), 2);
}

TEST(FleetController, DoesNothingWhilePausedAndCatchesUpAfter) {
  Fleets fleets;
  fleets.controller.start();
  fleets.controller.pause(true);
  fleets.create("rl", {{"replicas", 1}});
  EXPECT_TRUE(fleets.status("rl").empty());
  fleets.controller.reconcile();
  EXPECT_EQ(ready_members(fleets.status("rl")), 1);
  fleets.edit("rl", {{"spec", {{"replicas", 2}}}});
  fleets.controller.pause(false);
  EXPECT_TRUE(fleets.wait_until([&] { return ready_members(fleets.status("rl")) == 2; }));
}

TEST(FleetController, LeavesThePlanesOfADeletedFleetAlive) {
  Fleets fleets;
  fleets.create("rl", {{"replicas", 2}});
  fleets.controller.reconcile();
  static_cast<void>(fleets.planes.root().store().remove(fleet_type(), {"", "rl"}));
  fleets.controller.reconcile();
  EXPECT_EQ(fleets.planes.size(), 3U);
}

}  // namespace
}  // namespace kplane::testing::server
