// Runs, and what sweep() makes of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>
#include <kplane/testing/local_server.hpp>

#include "examples/local_environment.hpp"
#include "examples/program.hpp"
#include "rl/root_plane.hpp"

namespace kplane::rl {
namespace {

using namespace std::chrono_literals;
using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using tests::config_maps;
using tests::leases;
using tests::of_size;
using tests::Program;
using tests::record_dead_run;
using tests::records;

RunOptions short_lived(const std::string& name = "run") {
  RunOptions options;
  options.name = name;
  options.lease_duration = 1s;
  return options;
}

/// Long enough that a busy machine does not make it look dead; a sweep sees that it lives at its next sign of life.
RunOptions living() {
  RunOptions options;
  options.lease_duration = 6s;
  return options;
}

void write(const Plane& plane) {
  config_maps(plane).create(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"menu"}})");
}

bool is_written(const Plane& plane) { return config_maps(plane).find("menu").has_value(); }

Digest content(const Plane& plane) {
  StateOptions options;
  options.require_synced = true;
  return digest(plane.state(options));
}

Digest fresh_content(const Client& client) {
  const Plane plane = client.plane("fresh");
  plane.wait_until_ready();
  return content(plane);
}

/// Answers all requests to such paths with 403.
void refuse(LocalServer& server, const char* path) {
  kplane::testing::Fault refusal;
  refusal.path_contains = path;
  refusal.times = -1;
  refusal.status = 403;
  server.add_fault(refusal);
}

std::map<std::string, SweptRun> sweep_by_id(const Client& client) {
  std::map<std::string, SweptRun> swept;
  for (SweptRun& one : sweep(client)) swept[one.id] = std::move(one);
  return swept;
}

/// What a process leaves behind that was killed while it had a run of these planes.
class DeadRun {
 public:
  DeadRun(const LocalServer& server, const std::string& name, int planes)
      : program_(KPLANE_DOOMED_RUN, {name, std::to_string(planes), "1"}, tests::environment_of(server)),
        id_(program_.read_line()) {
    program_.send_signal(SIGKILL);
    EXPECT_EQ(program_.wait().exit_code, 128 + SIGKILL);
  }

  [[nodiscard]] const std::string& id() const noexcept { return id_; }

 private:
  Program program_;
  std::string id_;
};

TEST(Run, LeavesNothingBehind) {
  LocalServer server;
  const Client client = server.client();
  const Digest fresh = fresh_content(client);
  const Digest root = content(client.root_plane());
  const Plane outside = client.plane("outside");
  {
    rl::Run run(client, short_lived());
    EXPECT_THAT(run.id(), ::testing::StartsWith("run-"));
    EXPECT_EQ(records(client).size(), 2U);
    Fleet fleet = run.create_fleet("rl", of_size(3));
    EXPECT_EQ(client.get_fleet("rl").spec().labels.at("kplane.dev/run"), run.id());
    for (const Plane& plane : fleet.planes()) write(plane);
    write(run.plane("outside"));
    EXPECT_TRUE(is_written(outside));
    EXPECT_FALSE(run.lost().stop_requested());
  }
  EXPECT_FALSE(client.find_fleet("rl"));
  EXPECT_THAT(records(client), IsEmpty());
  for (const char* plane : {"rl-0000", "rl-0001", "rl-0002", "outside"}) {
    EXPECT_EQ(content(client.plane(plane)), fresh) << plane;
  }
  EXPECT_EQ(content(client.root_plane()), root);
}

TEST(Run, CleansUpAfterTheStopOfItsClient) {
  LocalServer server;
  StopSource source;
  ClientOptions options = server.client_options();
  options.stop = source.token();
  const Client client(server.base_url(), options);
  {
    rl::Run run(client, short_lived());
    write(run.plane("mine"));
    source.request_stop();
    EXPECT_THROW(static_cast<void>(client.plane("mine").state()), StoppedError);
  }
  EXPECT_FALSE(is_written(server.client().plane("mine")));
  EXPECT_THAT(records(server.client()), IsEmpty());
}

TEST(Run, ClosesOnceAndSaysWhatIsLeft) {
  LocalServer server;
  const Client client = server.client();
  rl::Run run(client, short_lived());
  write(run.plane("mine"));
  refuse(server, "/clusters/mine/");
  try {
    run.close();
    FAIL() << "closed what it could not purge";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("mine"));
  }
  server.clear_faults();
  run.close();
  run.close();
  EXPECT_FALSE(is_written(client.plane("mine")));
  EXPECT_THAT(records(client), IsEmpty());
}

TEST(Run, RefusesBadOptionsAndTheRootPlane) {
  LocalServer server;
  const Client client = server.client();
  RunOptions options = short_lived("Capital");
  EXPECT_THROW(rl::Run(client, options), ConfigError);
  options = short_lived();
  options.lease_duration = 0s;
  EXPECT_THROW(rl::Run(client, options), ConfigError);
  rl::Run run(client, short_lived());
  EXPECT_THROW(static_cast<void>(run.plane("root")), ConfigError);
  EXPECT_THROW(static_cast<void>(run.plane("no/id")), ConfigError);
}

TEST(Run, CanBeMoved) {
  LocalServer server;
  const Client client = server.client();
  rl::Run one(client, short_lived());
  write(one.plane("one"));
  rl::Run other(client, short_lived());
  other = std::move(one);
  EXPECT_TRUE(is_written(client.plane("one")));
  EXPECT_EQ(records(client).size(), 2U) << "the one that was replaced is closed";
}

TEST(Run, LearnsThatItWasTaken) {
  LocalServer server;
  const Client client = server.client();
  rl::Run run(client, short_lived());
  client.root_plane().resource("coordination.k8s.io/v1", "leases").in("default").remove("kplane-run-" + run.id());
  EXPECT_TRUE(run.lost().wait_for(1min));
}

TEST(Run, RefusesAFleetWithTheRootPlaneBeforeItExists) {
  LocalServer server;
  const Client client = server.client();
  rl::Run run(client, short_lived());
  FleetSpec spec;
  spec.names = {"mine", "root"};
  EXPECT_THROW(static_cast<void>(run.create_fleet("rooted", spec)), ConfigError);
  EXPECT_THROW(static_cast<void>(run.ephemeral_fleet("rooted", spec)), ConfigError);
  EXPECT_FALSE(client.find_fleet("rooted"));
}

TEST(Run, OwnsNothingMoreOnceItWasTaken) {
  LocalServer server;
  const Client client = server.client();
  RunOptions options;
  options.lease_duration = 3600s;
  rl::Run run(client, options);
  static_cast<void>(run.plane("before"));
  leases(client).patch("kplane-run-" + run.id(), PatchType::merge, R"({"spec":{"holderIdentity":"sweep"}})");
  try {
    static_cast<void>(run.plane("after"));
    FAIL() << "handed out a plane that is not the run's";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(run.id()));
  }
}

TEST(Run, IsItsParentsInAForkedProcess) {
  LocalServer server;
  const Client client = server.client();
  auto run = std::make_unique<rl::Run>(client, living());
  write(run->plane("mine"));
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    bool is_refused = false;
    try {
      run->close();
    } catch (const std::logic_error&) {
      is_refused = true;
    }
    run.reset();
    ::_exit(is_refused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(is_written(client.plane("mine")));
  EXPECT_EQ(records(client).size(), 2U);
  run->close();
  EXPECT_FALSE(is_written(client.plane("mine")));
}

TEST(Run, OutlivesARenewalThatHangs) {
  LocalServer server;
  const Client client = server.client();
  rl::Run run(client, living());
  kplane::testing::Fault hang;
  hang.method = "PATCH";
  hang.path_contains = "/leases/kplane-run-";
  hang.delay = 1h;
  server.add_fault(hang);
  EXPECT_EQ(sweep(client).at(0).state, RunState::alive);
  EXPECT_FALSE(run.lost().stop_requested());
}

TEST(Run, GivesSignsOfLifeWhileItIsClosedAgain) {
  LocalServer server;
  const Client client = server.client();
  rl::Run run(client, short_lived());
  static_cast<void>(run.plane("mine"));
  refuse(server, "/clusters/mine/");
  EXPECT_THROW(run.close(), Error);
  server.clear_faults();
  kplane::testing::Fault delay;
  delay.path_contains = "/clusters/mine/";
  delay.delay = 4s;
  server.add_fault(delay);
  std::thread closing([&run] { run.close(); });
  for (const SweptRun& one : sweep(client)) EXPECT_EQ(one.state, RunState::alive) << one.error;
  closing.join();
  EXPECT_THAT(records(client), IsEmpty());
}

TEST(Sweep, LeavesFleetsOfOtherNamespacesAlone) {
  LocalServer server;
  const Client client = server.client();
  client.root_plane()
      .resource("v1", "namespaces")
      .create(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"other"}})");
  RunOptions options = living();
  options.ns = "other";
  rl::Run run(client, options);
  const Fleet fleet = run.create_fleet("rl", of_size(1));
  write(fleet.planes()[0]);
  record_dead_run(client, "dead-1", "rl-0000");

  const std::vector<SweptRun> swept = sweep(client);
  ASSERT_EQ(swept.size(), 1U);
  EXPECT_EQ(swept[0].id, "dead-1");
  EXPECT_THAT(swept[0].planes, IsEmpty());
  EXPECT_THAT(swept[0].kept_planes, ElementsAre("rl-0000"));
  EXPECT_TRUE(client.find_fleet("rl"));
  EXPECT_TRUE(is_written(fleet.planes()[0]));
}

TEST(Sweep, NeverPurgesTheRootPlane) {
  LocalServer server;
  const Client client = server.client();
  FleetSpec spec;
  spec.names = {"root", "lost"};
  spec.labels["kplane.dev/run"] = "lost-123456";
  spec.labels["kplane.dev/run-namespace"] = "default";
  client.create_fleet("rooted", spec);
  write(client.root_plane());
  const std::vector<SweptRun> swept = sweep(client);
  ASSERT_EQ(swept.size(), 1U);
  EXPECT_EQ(swept[0].state, RunState::swept) << swept[0].error;
  EXPECT_THAT(swept[0].planes, ElementsAre("lost"));
  EXPECT_THAT(swept[0].kept_planes, IsEmpty());
  EXPECT_TRUE(is_written(client.root_plane()));
}

TEST(Sweep, LeavesPlanesAloneOfARunThatComesBackToLife) {
  LocalServer server;
  const Client client = server.client();
  record_dead_run(client, "a-1", "shared");
  record_dead_run(client, "b-1", "shared");
  write(client.plane("shared"));
  kplane::testing::Fault renewed;  // as if b-1 had renewed its Lease just now
  renewed.method = "PATCH";
  renewed.path_contains = "/leases/kplane-run-b-1";
  renewed.status = 409;
  server.add_fault(renewed);
  std::map<std::string, SweptRun> swept = sweep_by_id(client);
  EXPECT_EQ(swept["a-1"].state, RunState::swept) << swept["a-1"].error;
  EXPECT_EQ(swept["a-1"].holder, "host/1/a-1");
  EXPECT_THAT(swept["a-1"].kept_planes, ElementsAre("shared"));
  EXPECT_EQ(swept["b-1"].state, RunState::alive);
  EXPECT_TRUE(is_written(client.plane("shared")));
  swept = sweep_by_id(client);
  EXPECT_EQ(swept["b-1"].state, RunState::swept) << swept["b-1"].error;
  EXPECT_FALSE(is_written(client.plane("shared")));
}

TEST(Sweep, LeavesWhatLivesAlone) {
  LocalServer server;
  const Client client = server.client();
  rl::Run run(client, living());
  write(run.plane("mine"));
  const std::vector<SweptRun> swept = sweep(client);
  ASSERT_EQ(swept.size(), 1U);
  EXPECT_EQ(swept[0].id, run.id());
  EXPECT_EQ(swept[0].state, RunState::alive);
  EXPECT_TRUE(is_written(client.plane("mine")));
}

TEST(Sweep, ClearsAwayWhatAKilledProcessHas) {
  constexpr int planes = 64;
  LocalServer server;
  const Client client = server.client();
  const Digest fresh = fresh_content(client);
  const Digest root = content(client.root_plane());
  const DeadRun dead(server, "doomed", planes);
  EXPECT_TRUE(client.plane("doomed-0063").resource("v1", "configmaps").in("shop").find("menu"));

  SweepOptions dry;
  dry.dry_run = true;
  const std::vector<SweptRun> found = sweep(client, dry);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].state, RunState::dead);
  EXPECT_EQ(found[0].planes.size(), planes + 1U);
  EXPECT_THAT(found[0].fleets, ElementsAre("doomed"));
  EXPECT_TRUE(client.find_fleet("doomed"));

  const std::vector<SweptRun> swept = sweep(client);
  ASSERT_EQ(swept.size(), 1U);
  EXPECT_EQ(swept[0].id, dead.id());
  EXPECT_EQ(swept[0].state, RunState::swept) << swept[0].error;
  EXPECT_EQ(swept[0].planes, found[0].planes);
  EXPECT_FALSE(client.find_fleet("doomed"));
  EXPECT_THAT(records(client), IsEmpty());
  for (const std::string& plane : swept[0].planes) EXPECT_EQ(content(client.plane(plane)), fresh) << plane;
  EXPECT_EQ(content(client.root_plane()), root);
  EXPECT_THAT(sweep(client), IsEmpty());
}

TEST(Sweep, LeavesPlanesAloneThatALivingRunHasToo) {
  LocalServer server;
  const Client client = server.client();
  const DeadRun dead(server, "doomed", 2);
  rl::Run run(client, living());
  const Plane shared = run.plane("doomed-outside");
  FleetSpec taken;
  taken.names = {"doomed-0001"};
  client.create_fleet("nobodys", taken);

  std::map<std::string, SweptRun> swept;
  for (const SweptRun& one : sweep(client)) swept[one.id] = one;
  EXPECT_EQ(swept[run.id()].state, RunState::alive);
  EXPECT_EQ(swept[dead.id()].state, RunState::swept) << swept[dead.id()].error;
  EXPECT_THAT(swept[dead.id()].planes, ElementsAre("doomed-0000"));
  EXPECT_THAT(swept[dead.id()].kept_planes, ElementsAre("doomed-0001", "doomed-outside"));
  EXPECT_TRUE(shared.resource("v1", "configmaps").in("shop").find("menu"));
  run.close();
  EXPECT_FALSE(shared.resource("v1", "configmaps").in("shop").find("menu"));
}

TEST(Sweep, MayRunTwiceAtOnce) {
  LocalServer server;
  const Client client = server.client();
  const Digest fresh = fresh_content(client);
  const DeadRun dead(server, "doomed", 4);
  std::vector<SweptRun> other;
  std::thread second([&] { other = sweep(server.client()); });
  std::vector<SweptRun> swept = sweep(client);
  second.join();
  swept.insert(swept.end(), other.begin(), other.end());
  int finished = 0;
  for (const SweptRun& one : swept) {
    EXPECT_NE(one.state, RunState::failed) << one.error;
    if (one.state == RunState::swept) ++finished;
  }
  EXPECT_GE(finished, 1);
  EXPECT_THAT(records(client), IsEmpty());
  EXPECT_EQ(content(client.plane("doomed-0003")), fresh);
}

TEST(Sweep, GoesOnWhereAnotherOneStopped) {
  LocalServer server;
  const Client client = server.client();
  const Digest fresh = fresh_content(client);
  const DeadRun dead(server, "doomed", 2);
  refuse(server, "/clusters/doomed-0001/");
  const std::vector<SweptRun> first = sweep(client);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].state, RunState::failed);
  EXPECT_THAT(first[0].error, HasSubstr("doomed-0001"));
  EXPECT_EQ(content(client.plane("doomed-0000")), fresh);
  server.clear_faults();
  client.root_plane()
      .resource("coordination.k8s.io/v1", "leases")
      .in("default")
      .patch("kplane-run-" + dead.id(), PatchType::merge, R"({"spec":{"leaseDurationSeconds":1}})");
  const std::vector<SweptRun> second = sweep(client);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].state, RunState::swept) << second[0].error;
  EXPECT_THAT(second[0].planes, ElementsAre("doomed-0001"));
  EXPECT_EQ(content(client.plane("doomed-0001")), fresh);
}

// A list of all Leases, ledgers or Fleets is as long as there are runs: read for each of them, a thousand would take
// a million records.
TEST(Sweep, OfManyRunsReadsTheirRecordsTogether) {
  constexpr int runs = 100;
  LocalServer server;
  const Client client = server.client();
  const auto id = [](int i) { return "run-" + std::to_string(100'000 + i); };
  for (int i = 0; i < runs; ++i) record_dead_run(client, id(i), "p" + std::to_string((i + 1) / 2));
  write(client.plane("p0"));
  write(client.plane("p50"));
  std::atomic<int> lists{0};
  server.on_request([&](const std::string& method, const std::string& target) {
    if (method == "GET" && target.find("limit=500") != std::string::npos) ++lists;
  });
  const std::vector<SweptRun> swept = sweep(client);
  ASSERT_EQ(swept.size(), 100U);
  for (const SweptRun& one : swept) EXPECT_EQ(one.state, RunState::swept) << one.error;
  server.on_request(nullptr);
  EXPECT_GE(lists, 5);
  EXPECT_LT(lists, 60) << "of which up to 21 while the Leases are watched";
  EXPECT_EQ(swept.front().planes, std::vector<std::string>{"p0"});
  EXPECT_EQ(swept.at(1).planes, std::vector<std::string>{"p1"});
  EXPECT_EQ(swept.at(2).planes, std::vector<std::string>{"p1"}) << "of two dead runs";
  EXPECT_EQ(swept.at(63).kept_planes, std::vector<std::string>{"p32"}) << "removed later, with the next one";
  EXPECT_EQ(swept.at(64).planes, std::vector<std::string>{"p32"});
  EXPECT_FALSE(is_written(client.plane("p0")));
  EXPECT_FALSE(is_written(client.plane("p50")));
  EXPECT_THAT(records(client), IsEmpty());
}

TEST(Sweep, OfOneRunThatFailsSparesTheOthers) {
  LocalServer server;
  const Client client = server.client();
  record_dead_run(client, "a-1", "bad_");  // no ID of a plane
  record_dead_run(client, "b-1", "forbidden");
  record_dead_run(client, "c-1", "good");
  write(client.plane("good"));
  refuse(server, "/clusters/forbidden/");
  std::map<std::string, SweptRun> swept = sweep_by_id(server.client());
  EXPECT_EQ(swept["a-1"].state, RunState::failed);
  EXPECT_THAT(swept["a-1"].error, HasSubstr("bad_"));
  EXPECT_EQ(swept["b-1"].state, RunState::failed);
  EXPECT_THAT(swept["b-1"].error, HasSubstr("forbidden"));
  EXPECT_EQ(swept["c-1"].state, RunState::swept) << swept["c-1"].error;
  EXPECT_FALSE(is_written(client.plane("good")));
}

TEST(Sweep, LeavesTheRecordsOfARunThatWasTakenFromIt) {
  LocalServer server;
  const Client client = server.client();
  record_dead_run(client, "a-1", "a");
  record_dead_run(client, "b-1", "b");
  std::atomic<bool> is_taken{false};
  server.on_request([&](const std::string& method, const std::string& target) {
    if (method != "GET" || target.find("/clusters/b/") == std::string::npos || is_taken.exchange(true)) return;
    leases(client).patch("kplane-run-a-1", PatchType::merge, R"({"spec":{"holderIdentity":"another"}})");
  });
  std::map<std::string, SweptRun> swept = sweep_by_id(client);
  server.on_request(nullptr);
  EXPECT_TRUE(is_taken);
  EXPECT_EQ(swept["a-1"].state, RunState::failed);
  EXPECT_EQ(swept["b-1"].state, RunState::swept) << swept["b-1"].error;
  EXPECT_TRUE(leases(client).find("kplane-run-a-1"));
  EXPECT_TRUE(config_maps(client.root_plane()).find("kplane-run-a-1"));
}

TEST(Sweep, FindsFleetsOfARunWhoseRecordIsGone) {
  LocalServer server;
  const Client client = server.client();
  FleetSpec spec = of_size(1);
  spec.labels["kplane.dev/run"] = "lost-123456";
  spec.labels["kplane.dev/run-namespace"] = "default";
  Fleet fleet = client.create_fleet("lost", spec);
  write(fleet.planes()[0]);
  const std::vector<SweptRun> swept = sweep(client);
  ASSERT_EQ(swept.size(), 1U);
  EXPECT_EQ(swept[0].state, RunState::swept) << swept[0].error;
  EXPECT_FALSE(client.find_fleet("lost"));
  EXPECT_FALSE(is_written(client.plane("lost-0000")));
  EXPECT_THAT(records(client), IsEmpty());
}

TEST(Sweep, IsDoneAtOnceWhereThereIsNothing) {
  LocalServerOptions options;
  options.crd_served = false;
  LocalServer server(options);
  EXPECT_THAT(sweep(server.client()), IsEmpty());
}

TEST(Sweep, IsStopped) {
  LocalServer server;
  const Client client = server.client();
  RunOptions long_lived;
  long_lived.lease_duration = 3600s;
  rl::Run run(client, long_lived);
  StopSource source;
  SweepOptions options;
  options.stop = source.token();
  std::thread stopper([&source] { source.request_stop(); });
  EXPECT_THROW(static_cast<void>(sweep(client, options)), StoppedError);
  stopper.join();
  options.stop = {};
  options.timeout = 100ms;
  EXPECT_EQ(sweep(client, options).at(0).state, RunState::undecided);
  options.timeout = -1ms;
  EXPECT_THROW(static_cast<void>(sweep(client, options)), ConfigError);
}

TEST(Run, WaitsForASweepThatHasItsPlane) {
  LocalServer server;
  const Client client = server.client();
  const Resource leases = client.root_plane().resource("coordination.k8s.io/v1", "leases").in("default");
  const Resource ledgers = client.root_plane().resource("v1", "configmaps").in("default");
  leases.create(R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"kplane-run-dead-1",
                    "labels":{"kplane.dev/run":"dead-1","kplane.dev/swept":"true"}},
                    "spec":{"holderIdentity":"sweep","leaseDurationSeconds":3600}})");
  ledgers.create(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kplane-run-dead-1",
                     "labels":{"kplane.dev/run":"dead-1"}},"data":{"shared":""}})");
  RunOptions options = short_lived();
  options.sweep_wait = 0ms;
  rl::Run impatient(client, options);
  EXPECT_THROW(static_cast<void>(impatient.plane("shared")), TimeoutError);
  static_cast<void>(impatient.plane("other"));
  rl::Run run(client, short_lived());
  std::thread end([&ledgers] { ledgers.remove("kplane-run-dead-1"); });
  static_cast<void>(run.plane("shared"));
  end.join();
  EXPECT_FALSE(ledgers.find("kplane-run-dead-1"));
}

}  // namespace
}  // namespace kplane::rl
