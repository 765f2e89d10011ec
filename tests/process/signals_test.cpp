// Signals that interrupt every system call: what a client does, it does as without them.
#include <sys/time.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>
#include <kplane/testing/local_server.hpp>

#include "rl/root_plane.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::tests {
namespace {

volatile std::sig_atomic_t signals = 0;
extern "C" void count_signal(int /*signal*/) { signals = signals + 1; }

void block(int how) {
  sigset_t alarm;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  ::pthread_sigmask(how, &alarm, nullptr);
}

/// Threads that it starts are not interrupted.
class Server {
 public:
  Server() : blocked_((block(SIG_BLOCK), 0)) { block(SIG_UNBLOCK); }
  [[nodiscard]] testing::LocalServer& operator*() noexcept { return server_; }

 private:
  int blocked_;
  testing::LocalServer server_;
};

/// A thousand signals a second, of which none lets a system call go on.
class Storm {
 public:
  Storm() {
    struct sigaction action = {};
    action.sa_handler = count_signal;
    ::sigaction(SIGALRM, &action, &before_);
    constexpr suseconds_t period = 1000;
    set_timer(period);
  }
  Storm(const Storm&) = delete;
  Storm& operator=(const Storm&) = delete;
  ~Storm() {
    set_timer(0);
    ::sigaction(SIGALRM, &before_, nullptr);
  }

 private:
  static void set_timer(suseconds_t period) {
    const itimerval timer{{0, period}, {0, period}};
    ::setitimer(ITIMER_REAL, &timer, nullptr);
  }

  struct sigaction before_ = {};
};

class Interrupted : public ::testing::Test {
 protected:
  std::vector<Plane> ready_planes() const {
    std::vector<Plane> planes;
    for (int i = 0; i < 8; ++i) planes.push_back(client_.plane("p" + std::to_string(i)));
    for (const Plane& plane : planes) plane.wait_until_ready();
    return planes;
  }

  Server started_;
  testing::LocalServer& server_ = *started_;
  const Client client_ = server_.client();
};

TEST_F(Interrupted, ReadsAndBatchesGiveWhatTheyGive) {
  const std::vector<Plane> planes = ready_planes();
  const Storm storm;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(planes[0].state().cluster, "p0");
    const auto states = client_.states(planes);
    for (std::size_t one = 0; one < planes.size(); ++one) EXPECT_EQ((*states.at(one)).cluster, planes[one].cluster());
  }
  EXPECT_GT(signals, 0);
}

TEST_F(Interrupted, WritesHappenOnce) {
  const Resource maps = config_maps(client_.plane("a"));
  client_.plane("a").wait_until_ready();
  const Storm storm;
  for (int i = 0; i < 50; ++i) {
    const std::string name = "m" + std::to_string(i);
    EXPECT_NO_THROW(maps.create(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + "\"}}"));
  }
  int listed = 0;
  for (const Object& object : maps.list()) listed += object.name().front() == 'm' ? 1 : 0;
  EXPECT_EQ(listed, 50);
}

TEST_F(Interrupted, WaitsLastAsLongAsWithoutSignals) {
  const Storm storm;
  EphemeralFleet fleet = client_.ephemeral_fleet("rl", of_size(3));
  fleet.wait_until_ready();
  EXPECT_EQ(fleet.planes().size(), 3U);
  StopSource source;
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(source.token().wait_for(std::chrono::milliseconds{100}));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds{100});
}

TEST_F(Interrupted, WatchesReportEveryChange) {
  const Resource maps = config_maps(client_.plane("a"));
  client_.plane("a").wait_until_ready();
  std::thread writer([&] {
    block(SIG_BLOCK);
    for (int i = 0; i < 20; ++i) {
      const std::string name = "m" + std::to_string(i);
      maps.create(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + "\"}}");
    }
  });
  const Storm storm;
  int added = 0;
  maps.watch([&](const WatchEvent& event) {
    if (event.type == WatchEventType::added && event.object.name().front() == 'm') ++added;
    return added < 20;
  });
  writer.join();
  EXPECT_EQ(added, 20);
}

TEST_F(Interrupted, LoopsAndPoolsEndWithAllResults) {
  const std::vector<Plane> planes = ready_planes();
  rl::PlanePool pool(client_, planes);
  EventLoop loop(client_);
  const Storm storm;
  for (int i = 0; i < 10; ++i) {
    std::size_t read = 0;
    for (const Plane& plane : planes) {
      loop.read_state(plane, {}, [&, id = plane.cluster()](const StateResult& state) {
        EXPECT_EQ(state->cluster, id);
        ++read;
      });
    }
    loop.run_until_idle();
    EXPECT_EQ(read, planes.size());
    for (std::size_t one = 0; one < planes.size(); ++one) pool.send(one);
    std::size_t received = 0;
    while (pool.pending() > 0) {
      for (const rl::Observation& observation : pool.recv()) {
        EXPECT_EQ(observation.state->cluster, planes[observation.index].cluster());
        ++received;
      }
    }
    EXPECT_EQ(received, planes.size());
  }
}

TEST_F(Interrupted, EpisodesBeginAndEndAlike) {
  const Plane plane = ready_planes()[0];
  const Baseline baseline = plane.baseline();
  const Manifests set = Manifests::from_yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: menu}}\n");
  const Storm storm;
  for (int i = 0; i < 5; ++i) {
    const WriteLog log;
    plane.logged(log).apply(set).raise_if_failed();
    const Snapshot state = plane.settled_state(log);
    EXPECT_NE(state.by_resource("configmaps"), nullptr);
    config_maps(plane).wait_for("menu", conditions::exists(), std::chrono::minutes{1});
    plane.restore(baseline);
    EXPECT_NO_THROW(plane.verify_pristine(baseline));
  }
}

TEST_F(Interrupted, WaitsInManyPlanesAreAllAnswered) {
  const std::vector<Plane> planes = ready_planes();
  const WaitTarget target{.api_version = "v1", .plural = "configmaps", .ns = "default", .name = "menu"};
  const std::jthread writer([&] {
    block(SIG_BLOCK);
    for (const Plane& plane : planes) {
      EXPECT_NO_THROW(
          config_maps(plane).create(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"menu"}})"));
    }
  });
  const Storm storm;
  const auto found = client_.wait_for(planes, target, conditions::exists(), std::chrono::minutes{1});
  for (const auto& result : found) EXPECT_TRUE(result);
}

TEST_F(Interrupted, RunsAreKeptAliveOrSwept) {
  record_dead_run(client_, "dead-1", "theirs");
  const Storm storm;
  {
    rl::Run run(client_, {.name = "kept", .lease_duration = std::chrono::seconds{6}});
    config_maps(run.plane("mine")).create(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"menu"}})");
    const auto swept = rl::sweep(client_);
    ASSERT_EQ(swept.size(), 2U);
    EXPECT_EQ(swept[0].state, rl::RunState::swept) << swept[0].error;
    EXPECT_EQ(swept[1].state, rl::RunState::alive) << swept[1].error;
    run.close();
  }
  EXPECT_TRUE(records(client_).empty());
  EXPECT_FALSE(config_maps(client_.plane("mine")).find("menu"));
}

TEST_F(Interrupted, PluginsAndFilesAreReadToTheirEnd) {
  const TemporaryDirectory directory;
  const std::string config = (directory.path() / "config").string();
  std::ofstream(config) << "current-context: a\ncontexts: [{name: a, context: {cluster: a, user: a}}]\n"
                           "clusters: [{name: a, cluster: {server: \"" +
                               server_.base_url() +
                               "\"}}]\n"
                               "users: [{name: a, user: {exec: {apiVersion: client.authentication.k8s.io/v1, "
                               "interactiveMode: Never, command: /bin/sh, args: [-c, 'sleep 0.1; echo \"$SAID\"'], "
                               "env: [{name: SAID, value: '{\"apiVersion\":\"client.authentication.k8s.io/v1\","
                               "\"kind\":\"ExecCredential\",\"status\":{\"token\":\"" +
                               server_.token() + "\"}}'}]}}}]\n";
  KubeconfigOptions which;
  which.path = config;
  const Storm storm;
  const Client client = Client::from_kubeconfig(which);
  EXPECT_EQ(client.plane("a").state().cluster, "a");
}

TEST_F(Interrupted, RecordingsAreWholeAndReadWhole) {
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "run.jsonl.zst").string();
  rl::Step step;
  step.plane = "a";
  step.state = client_.plane("a").state();
  const Storm storm;
  {
    rl::Recorder recorder(path);
    for (step.step = 0; step.step < 100; ++step.step) recorder.append(step);
    recorder.close();
  }
  EXPECT_EQ(rl::Recording(path).size(), 100U);
}

}  // namespace
}  // namespace kplane::tests
