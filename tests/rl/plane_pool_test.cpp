// PlanePool against LocalServer: one observation for each send, whatever fails.
#include <kplane/rl/rl.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

#include "support/planes.hpp"

namespace kplane::rl {
namespace {

using kplane::tests::planes_of;
using std::chrono::milliseconds;
using testing::LocalServer;

constexpr milliseconds moment{100};

PlanePoolOptions reading(const char* resource) {
  PlanePoolOptions options;
  options.state.resources = {resource};
  return options;
}

JsonText config_map(const std::string& name, const std::string& value = "1") {
  return JsonText(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + R"("},"data":{"value":")" +
                  value + R"("}})");
}

Request creation(const Plane& plane, const std::string& name) {
  return plane.resource("v1", "configmaps").in("default").create_request(config_map(name));
}

bool has_config_map(const Snapshot& state, std::string_view name) {
  const SnapshotResource* maps = state.by_resource("configmaps");
  if (maps == nullptr) return false;
  return std::any_of(maps->items.begin(), maps->items.end(), [&](const Object& map) { return map.name() == name; });
}

std::vector<std::string> texts_of(const Vector<Observation>& observations) {
  std::vector<std::string> texts;
  for (const Observation& seen : observations) {
    texts.push_back(std::to_string(seen.index) + (seen.state ? ":" + seen.state->cluster : ": failed"));
  }
  return texts;
}

/// Requests to such paths are not answered.
void silence(LocalServer& server, const char* path) {
  testing::Fault fault;
  fault.path_contains = path;
  fault.times = -1;
  fault.delay = std::chrono::hours{1};
  server.add_fault(fault);
}

/// A client of the server with some options changed.
template <class Change>
Client client_of(const LocalServer& server, Change change) {
  ClientOptions options = server.client_options();
  change(options);
  return Client(server.base_url(), options);
}

template <class ErrorType>
bool is(const Error& error) {
  return dynamic_cast<const ErrorType*>(&error) != nullptr;
}

/// Lets functions on workers wait until the test says so.
class Gate {
 public:
  void open() { promise_.set_value(); }
  void wait() const { future_.wait(); }

 private:
  std::promise<void> promise_;
  std::shared_future<void> future_ = promise_.get_future().share();
};

TEST(PlanePool, EachSendBringsTheStateOfItsPlane) {
  const LocalServer server;
  const Client client = server.client();
  PlanePool pool(client, planes_of(client, 3), reading("namespaces"));
  for (std::size_t i = 0; i < pool.size(); ++i) EXPECT_EQ(pool.send(i), i + 1);
  EXPECT_EQ(pool.pending(), 3U);
  const auto observations = pool.recv(3);
  EXPECT_THAT(texts_of(observations), ::testing::UnorderedElementsAre("0:p0", "1:p1", "2:p2"));
  EXPECT_EQ(pool.pending(), 0U);
  for (const Observation& seen : observations) {
    EXPECT_EQ(seen.send, seen.index + 1);
    EXPECT_NE(seen.state->by_resource("namespaces"), nullptr);
    EXPECT_TRUE(seen.responses.empty());
    EXPECT_FALSE(seen.score);
    EXPECT_GT(seen.elapsed.count(), 0);
  }
}

TEST(PlanePool, RequestsAreCarriedOutInOrderBeforeTheStateIsRead) {
  const LocalServer server;
  const Client client = server.client();
  PlanePool pool(client, planes_of(client, 2), reading("configmaps"));
  const Resource maps = pool.plane(0).resource("v1", "configmaps").in("default");
  pool.send(0, {creation(pool.plane(0), "a"),
                maps.patch_request("a", PatchType::merge, JsonText(R"({"data":{"value":"2"}})")),
                maps.remove_request("a"), creation(pool.plane(0), "b")});
  const auto observations = pool.recv();
  ASSERT_EQ(observations.size(), 1U);
  const Observation& seen = observations.front();
  ASSERT_EQ(seen.responses.size(), 4U);
  EXPECT_EQ(seen.responses[0]->status(), 201);
  EXPECT_EQ(seen.responses[1]->object().get<std::string>("/data/value"), "2");
  EXPECT_FALSE(has_config_map(*seen.state, "a"));
  EXPECT_TRUE(has_config_map(*seen.state, "b"));
}

TEST(PlanePool, StateShowsWhatWasWrittenHoweverFarInformersLag) {
  testing::LocalServerOptions lagging;
  lagging.state_lag = milliseconds{200};
  const LocalServer server(lagging);
  const Client client = server.client();
  PlanePool pool(client, planes_of(client, 2), reading("configmaps"));
  pool.send(0, creation(pool.plane(0), "a"));
  pool.send(1, [](const Plane& plane) { plane.resource("v1", "configmaps").in("default").create(config_map("a")); });
  for (const Observation& seen : pool.recv(2)) EXPECT_TRUE(has_config_map(*seen.state, "a")) << seen.index;
}

TEST(PlanePool, MistypedResourceIsAnErrorOfTheState) {
  const LocalServer server;
  const Client client = server.client();
  PlanePool pool(client, planes_of(client, 1), reading("pod"));
  pool.send(0);
  const auto observations = pool.recv();
  EXPECT_TRUE(is<NotFound>(observations[0].state.error()));
}

TEST(PlanePool, FailedRequestEndsItsSequenceAndTheStateIsReadNevertheless) {
  const LocalServer server;
  const Client client = server.client();
  PlanePool pool(client, planes_of(client, 1), reading("configmaps"));
  const Plane plane = pool.plane(0);
  pool.send(0, {creation(plane, "a"), creation(plane, "a"), creation(plane, "b")});
  const auto observations = pool.recv();
  ASSERT_EQ(observations.size(), 1U);
  const Observation& seen = observations.front();
  ASSERT_EQ(seen.responses.size(), 2U);
  EXPECT_TRUE(seen.responses[0]);
  EXPECT_TRUE(is<AlreadyExists>(seen.responses[1].error()));
  EXPECT_TRUE(has_config_map(*seen.state, "a"));
  EXPECT_FALSE(has_config_map(*seen.state, "b"));
}

TEST(PlanePool, MalformedRequestIsItsOwnResult) {
  const LocalServer server;
  const Client client = server.client();
  PlanePool pool(client, planes_of(client, 1));
  Request wrong;
  wrong.path = "not-absolute";
  pool.send(0, wrong);
  const auto observations = pool.recv();
  ASSERT_EQ(observations.size(), 1U);
  ASSERT_EQ(observations[0].responses.size(), 1U);
  EXPECT_TRUE(is<ConfigError>(observations[0].responses[0].error()));
  EXPECT_TRUE(observations[0].state);
}

TEST(PlanePool, FunctionRunsBeforeTheStateIsRead) {
  const LocalServer server;
  const Client client = server.client();
  PlanePool pool(client, planes_of(client, 1), reading("configmaps"));
  const std::thread::id here = std::this_thread::get_id();
  std::thread::id there = here;
  pool.send(0, [&](const Plane& plane) {
    there = std::this_thread::get_id();
    plane.resource("v1", "configmaps").in("default").create(config_map("a"));
  });
  const auto observations = pool.recv();
  ASSERT_EQ(observations.size(), 1U);
  EXPECT_TRUE(has_config_map(*observations[0].state, "a"));
  EXPECT_NE(there, here);
}

TEST(PlanePool, WhatAFunctionThrowsIsPartOfTheObservation) {
  const LocalServer server;
  const Client client = server.client();
  PlanePool pool(client, planes_of(client, 1));
  pool.send(0, [](const Plane&) { throw std::out_of_range("agent crashed"); });
  const auto observations = pool.recv();
  ASSERT_EQ(observations.size(), 1U);
  EXPECT_THROW(observations[0].rethrow_failure(), std::out_of_range);
  EXPECT_EQ(observations[0].state->cluster, "p0");
}

TEST(PlanePool, ScoreIsMadeOnAWorker) {
  const LocalServer server;
  const Client client = server.client();
  PlanePoolOptions options = reading("configmaps");
  const std::thread::id here = std::this_thread::get_id();
  options.score = [here](const Observation& seen) {
    EXPECT_NE(std::this_thread::get_id(), here);
    return has_config_map(*seen.state, "a") ? 1.0 : -1.0;
  };
  PlanePool pool(client, planes_of(client, 1), options);
  pool.send(0);
  EXPECT_EQ(pool.recv()[0].score, -1.0);
  pool.send(0, creation(pool.plane(0), "a"));
  const auto observations = pool.recv();
  EXPECT_EQ(observations[0].score, 1.0);
  EXPECT_EQ(observations[0].responses.size(), 1U);
}

TEST(PlanePool, WhatTheScoreThrowsIsPartOfTheObservation) {
  const LocalServer server;
  const Client client = server.client();
  PlanePoolOptions options;
  options.score = [](const Observation&) -> double { throw std::domain_error("no reward"); };
  PlanePool pool(client, planes_of(client, 1), options);
  pool.send(0);
  const auto observations = pool.recv();
  EXPECT_THROW(observations[0].rethrow_failure(), std::domain_error);
  EXPECT_FALSE(observations[0].score);
  EXPECT_TRUE(observations[0].state);
}

TEST(PlanePool, PlanesSendsAreCarriedOutInOrder) {
  const LocalServer server;
  const Client client = server.client();
  PlanePoolOptions options = reading("configmaps");
  options.workers = 2;
  PlanePool pool(client, planes_of(client, 2), options);
  std::mutex mutex;
  std::map<std::string, std::vector<int>> order;
  constexpr int sends = 20;
  for (int i = 0; i < sends; ++i) {
    for (std::size_t index = 0; index < 2; ++index) {
      pool.send(index, [&, i](const Plane& plane) {
        const std::lock_guard lock(mutex);
        order[plane.cluster()].push_back(i);
      });
      pool.send(index, creation(pool.plane(index), "map-" + std::to_string(i)));
    }
  }
  std::map<std::size_t, std::vector<std::uint64_t>> seen;
  for (const Observation& observation : pool.recv(std::ptrdiff_t{4} * sends)) {
    ASSERT_TRUE(observation.state);
    seen[observation.index].push_back(observation.send);
  }
  for (const auto& [cluster, numbers] : order) {
    EXPECT_EQ(numbers.size(), std::size_t{sends}) << cluster;
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end())) << cluster;
  }
  for (const auto& [index, numbers] : seen) {
    EXPECT_EQ(numbers.size(), std::size_t{2} * sends) << index;
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end())) << index;
  }
}

TEST(PlanePool, ReceivesAtLeastWhatWasAskedForOrAllThereIs) {
  const LocalServer server;
  const Client client = server.client();
  PlanePool pool(client, planes_of(client, 4));
  EXPECT_TRUE(pool.recv(1).empty());
  EXPECT_TRUE(pool.recv(0).empty());
  for (std::size_t i = 0; i < 4; ++i) pool.send(i);
  const auto first = pool.recv(2);
  EXPECT_GE(first.size(), 2U);
  const auto rest = pool.recv(100);
  EXPECT_EQ(first.size() + rest.size(), 4U);
}

TEST(PlanePool, ReceivingEndsAfterItsTime) {
  const LocalServer server;
  const Client client = server.client();
  PlanePool pool(client, planes_of(client, 1));
  Gate gate;
  pool.send(0, [&](const Plane&) { gate.wait(); });
  EXPECT_TRUE(pool.recv(1, milliseconds{1}).empty());
  gate.open();
  EXPECT_EQ(pool.recv(1, milliseconds::max()).size(), 1U);
}

TEST(PlanePool, SlowPlaneDelaysNoOther) {
  LocalServer server;
  silence(server, "/clusters/p0/");
  const Client client = server.client();
  PlanePoolOptions options = reading("namespaces");
  options.concurrency = 2;
  PlanePool pool(client, planes_of(client, 4), options);
  for (std::size_t i = 0; i < 4; ++i) pool.send(i);
  EXPECT_THAT(texts_of(pool.recv(3)), ::testing::UnorderedElementsAre("1:p1", "2:p2", "3:p3"));
  EXPECT_EQ(pool.pending(), 1U);
}

TEST(PlanePool, NothingIsLostOrDoubledWhenPlanesFail) {
  LocalServer server;
  for (const int plane : {1, 3}) {
    testing::Fault fault;
    fault.path_contains = "/clusters/p" + std::to_string(plane) + "/";
    fault.times = -1;
    fault.chance = 0.5;
    fault.cut = testing::Cut::anywhere;
    server.add_fault(fault);
  }
  const Client client = client_of(server, [](ClientOptions& options) { options.retry.max_attempts = 1; });
  PlanePoolOptions options = reading("configmaps");
  options.workers = 2;
  constexpr std::size_t planes = 5;
  constexpr int sends = 30;
  PlanePool pool(client, planes_of(client, planes), options);
  std::set<std::uint64_t> sent;
  std::multiset<std::uint64_t> seen;
  std::size_t failures = 0;
  for (int i = 0; i < sends; ++i) {
    for (std::size_t index = 0; index < planes; ++index) {
      sent.insert(pool.send(index, creation(pool.plane(index), "map-" + std::to_string(i))));
    }
    for (const Observation& observation : pool.recv(1)) {
      seen.insert(observation.send);
      failures += observation.state ? 0 : 1;
      const bool is_cut = observation.index % 2 == 1;
      EXPECT_TRUE(is_cut || (observation.state && observation.responses.at(0)));
    }
  }
  for (const Observation& observation : pool.recv(1'000'000)) seen.insert(observation.send);
  EXPECT_EQ(std::vector<std::uint64_t>(seen.begin(), seen.end()), std::vector<std::uint64_t>(sent.begin(), sent.end()));
  EXPECT_GT(failures, 0U);
  EXPECT_EQ(pool.pending(), 0U);
}

TEST(PlanePool, CancelEndsWhatWasSentToOnePlane) {
  LocalServer server;
  silence(server, "/control-plane/state");
  const Client client = server.client();
  PlanePool pool(client, planes_of(client, 2));
  pool.send(0);
  pool.send(0);
  pool.send(0, [](const Plane&) { ADD_FAILURE() << "was cancelled"; });
  pool.send(1);
  pool.cancel(0);
  const auto observations = pool.recv(3);
  ASSERT_EQ(observations.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(observations[i].index, 0U);
    EXPECT_EQ(observations[i].send, i + 1);
    EXPECT_TRUE(is<StoppedError>(observations[i].state.error()));
  }
  EXPECT_EQ(pool.pending(), 1U);
  pool.cancel();
  EXPECT_EQ(pool.recv().size(), 1U);
}

TEST(PlanePool, PlaneIsUsedAgainAfterCancel) {
  const LocalServer server;
  const Client client = server.client();
  PlanePool pool(client, planes_of(client, 1));
  Gate gate;
  pool.send(0, [&](const Plane&) { gate.wait(); });
  pool.cancel(0);
  const std::uint64_t again = pool.send(0);
  gate.open();
  const auto observations = pool.recv(2);
  ASSERT_EQ(observations.size(), 2U);
  EXPECT_TRUE(is<StoppedError>(observations[0].state.error()));
  EXPECT_EQ(observations[1].send, again);
  EXPECT_TRUE(observations[1].state);
}

TEST(PlanePool, CancelledRequestsWaitForNoConnection) {
  LocalServer server;
  silence(server, "/control-plane/state");
  const Client client = server.client();
  PlanePoolOptions options;
  options.concurrency = 1;
  PlanePool pool(client, planes_of(client, 3), options);
  for (std::size_t i = 0; i < 3; ++i) pool.send(i);
  pool.cancel(2);
  EXPECT_THAT(texts_of(pool.recv(1)), ::testing::ElementsAre("2: failed"));
}

TEST(PlanePool, StopEndsEverything) {
  LocalServer server;
  silence(server, "/control-plane/state");
  const Client client = server.client();
  StopSource stop;
  PlanePoolOptions options;
  options.stop = stop.token();
  PlanePool pool(client, planes_of(client, 2), options);
  for (int i = 0; i < 1000; ++i) pool.send(0);
  pool.send(1, [&](const Plane&) { stop.request_stop(); });
  const auto observations = pool.recv(1001);
  ASSERT_EQ(observations.size(), 1001U);
  for (const Observation& seen : observations) EXPECT_TRUE(is<StoppedError>(seen.state.error()));
  pool.send(1);
  const auto late = pool.recv();
  EXPECT_TRUE(is<StoppedError>(late[0].state.error()));
}

TEST(PlanePool, StopOfTheClientEndsALongQueue) {
  const LocalServer server;
  StopSource stop;
  const Client client = client_of(server, [&](ClientOptions& options) { options.stop = stop.token(); });
  PlanePool pool(client, planes_of(client, 1));
  Gate gate;
  pool.send(0, [&](const Plane&) { gate.wait(); });
  constexpr int sends = 10'000;
  for (int i = 0; i < sends; ++i) pool.send(0);
  stop.request_stop();
  gate.open();
  EXPECT_EQ(pool.recv(sends + 1).size(), std::size_t{sends} + 1);
}

TEST(PlanePool, CloseEndsWhatIsUnderWayAndTakesNothingMore) {
  LocalServer server;
  silence(server, "/control-plane/state");
  const Client client = server.client();
  PlanePool pool(client, planes_of(client, 2));
  pool.send(0);
  pool.send(1);
  pool.close();
  EXPECT_THROW(pool.send(0), ConfigError);
  EXPECT_EQ(pool.recv(2).size(), 2U);
  EXPECT_TRUE(pool.recv(2).empty());
}

TEST(PlanePool, DestructorEndsWhatIsUnderWay) {
  LocalServer server;
  silence(server, "/control-plane/state");
  const Client client = server.client();
  std::atomic<bool> has_returned{false};
  Gate begun;
  {
    PlanePool pool(client, planes_of(client, 3));
    pool.send(0);
    pool.send(0);
    pool.send(1, creation(pool.plane(1), "a"));
    pool.send(2, [&](const Plane&) {
      begun.open();
      std::this_thread::sleep_for(moment);
      has_returned = true;
    });
    begun.wait();
  }
  EXPECT_TRUE(has_returned);
}

TEST(PlanePool, FunctionsMaySend) {
  const LocalServer server;
  const Client client = server.client();
  PlanePool pool(client, planes_of(client, 2));
  pool.send(0, [&](const Plane&) { pool.send(1); });
  std::size_t received = 0;
  while (received < 2) received += pool.recv(1).size();
  EXPECT_EQ(received, 2U);
}

TEST(PlanePool, ManyThreadsMaySendAndReceive) {
  const LocalServer server;
  const Client client = server.client();
  PlanePoolOptions options = reading("namespaces");
  options.workers = 2;
  PlanePool pool(client, planes_of(client, 4), options);
  constexpr std::size_t threads = 4;
  constexpr std::size_t sends = 25;
  std::atomic<std::size_t> received{0};
  std::vector<std::thread> users;
  users.reserve(threads);
  for (std::size_t user = 0; user < threads; ++user) {
    users.emplace_back([&, user] {
      for (std::size_t i = 0; i < sends; ++i) {
        if (i % 3 == 0) {
          pool.send(user, [](const Plane&) {});
        } else {
          pool.send(user);
        }
        received += pool.recv(1).size();
      }
    });
  }
  for (std::thread& user : users) user.join();
  received += pool.recv(1'000'000).size();
  EXPECT_EQ(received, threads * sends);
}

TEST(PlanePool, RefusesBadInput) {
  const LocalServer server;
  const Client client = server.client();
  PlanePoolOptions negative;
  negative.workers = -1;
  EXPECT_THROW(PlanePool(client, planes_of(client, 1), negative), ConfigError);
  negative.workers = 1;
  negative.quiet = milliseconds{-1};
  EXPECT_THROW(PlanePool(client, planes_of(client, 1), negative), ConfigError);
  negative.quiet = milliseconds{0};
  negative.concurrency = -1;
  EXPECT_THROW(PlanePool(client, planes_of(client, 1), negative), ConfigError);
  PlanePoolOptions nobody;
  nobody.workers = 0;
  PlanePool idle(client, planes_of(client, 1), nobody);
  EXPECT_THROW(idle.send(0, [](const Plane&) {}), ConfigError);
  nobody.score = [](const Observation&) { return 0.0; };
  EXPECT_THROW(PlanePool(client, planes_of(client, 1), nobody), ConfigError);
  const Client other = server.client();
  EXPECT_THROW(PlanePool(client, {other.plane("p0")}), ConfigError);
  EXPECT_THROW(PlanePool(client, {client.plane("p0"), client.plane("p0")}), ConfigError);

  PlanePool pool(client, planes_of(client, 1));
  EXPECT_THROW(pool.send(1), ConfigError);
  EXPECT_THROW(pool.send(static_cast<std::size_t>(-1)), ConfigError);
  EXPECT_THROW(pool.send(0, PlanePool::Function()), ConfigError);
  EXPECT_THROW(pool.cancel(1), ConfigError);
  EXPECT_THROW(static_cast<void>(pool.plane(1)), ConfigError);
  EXPECT_THROW(static_cast<void>(pool.recv(-1)), ConfigError);
  EXPECT_THROW(static_cast<void>(pool.recv(1, milliseconds{-1})), ConfigError);
  EXPECT_EQ(pool.pending(), 0U);
}

TEST(PlanePool, OfNoPlanesReceivesNothing) {
  const LocalServer server;
  PlanePool pool(server.client(), {});
  EXPECT_TRUE(pool.recv(1).empty());
  EXPECT_THROW(pool.send(0), ConfigError);
}

}  // namespace
}  // namespace kplane::rl
