// Forks while other threads use the library: the child's calls work, and the parent's do not notice.
#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/rl/plane_pool.hpp>
#include <kplane/testing/local_server.hpp>

#include "support/child.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;

constexpr int forks = 8;
constexpr int plane_count = 16;

testing::LocalServerOptions slow() {
  testing::LocalServerOptions options;
  options.latency = milliseconds{5};  // so that requests are in flight
  return options;
}

std::string config_map(const std::string& name) {
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + "\"}}";
}

class Forked : public ::testing::Test {
 protected:
  Forked() {
    for (int i = 0; i < plane_count; ++i) planes_.push_back(busy_.plane("p" + std::to_string(i)));
    for (const Plane& plane : planes_) plane.wait_until_ready();
    (void)idle_.plane("p0").state();
  }

  /// Of the children, each with a client of its own and with one that the parent has used, but not at the moment.
  void expect_children_work() {
    for (int i = 0; i < forks; ++i) {
      EXPECT_EQ(in_child([this] { return works(Client(url_, options_)) && works(idle_); }), 0) << i;
    }
  }

  [[nodiscard]] static bool works(const Client& client) {
    const Plane plane = client.plane("p0");
    if (plane.state().cluster != "p0") return false;
    const Vector<StateResult> states = client.states({plane, client.plane("p1")});
    return (*states.at(0)).cluster == "p0" && (*states.at(1)).cluster == "p1";
  }

  [[nodiscard]] static Resource maps(const Plane& plane) { return plane.resource("v1", "configmaps").in("default"); }

  testing::LocalServer server_{slow()};
  const std::string url_ = server_.base_url();
  const ClientOptions options_ = server_.client_options();
  const Client busy_ = server_.client();
  const Client idle_ = server_.client();
  std::vector<Plane> planes_;
};

TEST_F(Forked, LeavesWhatItsParentOwns) {
  FleetSpec one;
  one.replicas = 1;
  EphemeralFleet fleet = idle_.ephemeral_fleet("owned", one);
  ScopedAgentKubeconfig agent = planes_[0].scoped_agent_kubeconfig();
  EXPECT_EQ(in_child([&] {
              const EphemeralFleet leaves_scope = std::move(fleet);
              const ScopedAgentKubeconfig leaves_scope_too = std::move(agent);
              return true;
            }),
            0);
  EXPECT_TRUE(idle_.find_fleet("owned"));
  EXPECT_EQ(::access(agent.path().c_str(), R_OK), 0);
  EXPECT_TRUE(planes_[0].resource("v1", "serviceaccounts").in(agent.ns()).find(agent.account()));
}

TEST_F(Forked, WithinBatches) {
  std::atomic<bool> is_over{false};
  std::atomic<int> wrong{0};
  std::thread reader([&] {
    while (!is_over) {
      const Vector<StateResult> states = busy_.states(planes_);
      for (std::size_t i = 0; i < planes_.size(); ++i) {
        if (!states[i] || states[i]->cluster != planes_[i].cluster()) ++wrong;
      }
    }
  });
  expect_children_work();
  is_over = true;
  reader.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(Forked, WithinAWatch) {
  std::atomic<bool> has_begun{false};
  std::map<std::string, int> seen;
  std::thread watcher([&] {
    maps(planes_[0]).watch([&](const WatchEvent& event) {
      has_begun = true;
      if (event.type == WatchEventType::added) ++seen[std::string(event.object.name())];
      return event.object.name() != "last";
    });
  });
  maps(planes_[0]).create(config_map("first"));
  while (!has_begun) std::this_thread::yield();
  expect_children_work();
  maps(planes_[0]).create(config_map("last"));
  watcher.join();
  EXPECT_EQ(seen["first"], 1);
  EXPECT_EQ(seen["last"], 1);
}

TEST_F(Forked, WithinWaitsInManyPlanes) {
  Vector<WaitResult> results;
  std::thread waiter([&] {
    const WaitTarget target{.api_version = "v1", .plural = "configmaps", .ns = "default", .name = "sign"};
    results = busy_.wait_for(planes_, target, conditions::exists(), std::chrono::minutes{1});
  });
  expect_children_work();
  for (const Plane& plane : planes_) maps(plane).create(config_map("sign"));
  waiter.join();
  ASSERT_EQ(results.size(), planes_.size());
  for (const WaitResult& result : results) EXPECT_TRUE(result) << result.error().what();
}

TEST_F(Forked, WhileAPoolActs) {
  rl::PlanePool pool(busy_, planes_);
  constexpr int rounds = 20;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < planes_.size(); ++i) {
      pool.send(i, maps(planes_[i]).create_request(config_map("m" + std::to_string(round))));
    }
  }
  expect_children_work();
  while (pool.pending() > 0) {
    for (const rl::Observation& observation : pool.recv()) {
      ASSERT_EQ(observation.responses.size(), 1U);
      EXPECT_TRUE(observation.responses[0]) << observation.responses[0].error().what();
      ASSERT_TRUE(observation.state) << observation.state.error().what();
      EXPECT_EQ(observation.state->cluster, planes_[observation.index].cluster());
    }
  }
}

TEST_F(Forked, WhileAnEventLoopRuns) {
  EventLoop loop(busy_);
  int done = 0;
  constexpr int reads = 400;
  for (int i = 0; i < reads; ++i) {
    const Plane& plane = planes_[static_cast<std::size_t>(i) % planes_.size()];
    loop.read_state(plane, {}, [&done, &plane](const StateResult& state) {
      if (state && state->cluster == plane.cluster()) ++done;
    });
  }
  std::thread runner([&] { loop.run_until_idle(); });
  expect_children_work();
  runner.join();
  EXPECT_EQ(done, reads);
}

}  // namespace
}  // namespace kplane::tests
