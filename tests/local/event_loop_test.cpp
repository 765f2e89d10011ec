// EventLoop: every function is called once, whatever ends the loop.
#include <kplane/kplane.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <kplane/testing/local_server.hpp>

#include "support/planes.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;
using testing::LocalServer;

JsonText looped_map(const std::string& name) {
  return JsonText(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + R"("}})");
}

/// Requests to such paths are not answered.
void leave_unanswered(LocalServer& server, const char* path) {
  testing::Fault fault;
  fault.path_contains = path;
  fault.times = -1;
  fault.delay = std::chrono::hours{1};
  server.add_fault(fault);
}

template <class Result>
bool was_stopped(const Result& result) {
  return !result && dynamic_cast<const StoppedError*>(&result.error()) != nullptr;
}

TEST(EventLoop, ReadsAndWritesUntilThereIsNothingLeft) {
  const LocalServer server;
  const Client client = server.client();
  const Plane plane = client.plane("a");
  EventLoop loop(client);
  std::vector<std::string> seen;
  const Request creation = plane.resource("v1", "configmaps").in("default").create_request(looped_map("m"));
  loop.send(plane, creation, [&](const ResponseResult& created) {
    seen.push_back(std::to_string(created->status()));
    loop.read_state(plane, {}, [&](const StateResult& state) { seen.push_back(state->cluster); });
  });
  loop.run_until_idle();
  EXPECT_EQ(seen, (std::vector<std::string>{"201", "a"}));
  loop.run_until_idle();
}

TEST(EventLoop, FailureIsAResult) {
  const LocalServer server;
  const Client client = server.client();
  EventLoop loop(client);
  const Plane plane = client.plane("a");
  bool was_absent = false;
  loop.send(plane, plane.resource("v1", "pods").in("default").remove_request("no-such"),
            [&](const ResponseResult& removed) {
              EXPECT_THROW(static_cast<void>(*removed), NotFound);
              was_absent = !removed;
            });
  loop.run_until_idle();
  EXPECT_TRUE(was_absent);
}

TEST(EventLoop, SettledStateShowsWhatItsOwnRequestsWrote) {
  testing::LocalServerOptions lagging;
  lagging.state_lag = milliseconds{100};
  const LocalServer server(lagging);
  const Client client = server.client();
  const WriteLog log;
  const Plane plane = client.plane("a").logged(log);
  EventLoop loop(client);
  SettleOptions settle;
  settle.state.resources = {"configmaps"};
  std::size_t seen = 0;
  loop.send(plane, plane.resource("v1", "configmaps").in("default").create_request(looped_map("m")),
            [&](const ResponseResult& created) {
              ASSERT_TRUE(created);
              loop.read_settled_state(plane, log, settle,
                                      [&](const StateResult& state) { seen = state->total_items(); });
            });
  loop.run_until_idle();
  EXPECT_GE(seen, 1U);
  EXPECT_EQ(log.size(), 1U);
}

TEST(EventLoop, TakesMoreWhileItRuns) {
  const LocalServer server;
  const Client client = server.client();
  EventLoop loop(client);
  std::thread runner([&] { loop.run(); });
  std::vector<Plane> planes = planes_of(client, 3);
  std::atomic<int> read{0};
  for (const Plane& plane : planes) {
    loop.read_state(plane, {}, [&](const StateResult& state) {
      EXPECT_TRUE(state);
      if (++read == 3) loop.close();
    });
  }
  runner.join();
  EXPECT_EQ(read, 3);
}

TEST(EventLoop, HasNoMoreInFlightThanItMay) {
  LocalServer server;
  const Client client = server.client();
  EventLoopOptions options;
  options.concurrency = 2;
  EventLoop loop(client, options);
  std::size_t read = 0;
  for (const Plane& plane : planes_of(client, 20)) {
    loop.read_state(plane, {}, [&](const StateResult& state) { read += state ? 1 : 0; });
  }
  loop.run_until_idle();
  EXPECT_EQ(read, 20U);
  EXPECT_LE(server.connection_count(), 3U);
}

TEST(EventLoop, CloseEndsWhatIsUnderWay) {
  LocalServer server;
  leave_unanswered(server, "/state");
  const Client client = server.client();
  EventLoop loop(client);
  int stopped = 0;
  for (const Plane& plane : planes_of(client, 3)) {
    loop.read_state(plane, {}, [&](const StateResult& state) { stopped += was_stopped(state) ? 1 : 0; });
  }
  const Plane plane = client.plane("a");
  Request version;
  version.path = "/version";
  loop.send(plane, version, [&](const ResponseResult&) { loop.close(); });
  loop.run();
  EXPECT_EQ(stopped, 3);
  EXPECT_THROW(loop.read_state(plane, {}, [](const StateResult&) {}), StoppedError);
}

TEST(EventLoop, StopOfOneOperationEndsThatOne) {
  LocalServer server;
  leave_unanswered(server, "/clusters/p0/");
  const Client client = server.client();
  EventLoopOptions narrow;
  narrow.concurrency = 1;
  EventLoop loop(client, narrow);
  const auto planes = planes_of(client, 2);
  StopSource in_flight;
  StopSource queued;
  std::vector<std::string> ends;
  StateOptions options;
  options.stop = in_flight.token();
  loop.read_state(planes[0], options,
                  [&](const StateResult& state) { ends.push_back(was_stopped(state) ? "in flight" : "?"); });
  options.stop = queued.token();
  loop.read_state(planes[0], options, [&](const StateResult& state) {
    ends.push_back(was_stopped(state) ? "queued" : "?");
    in_flight.request_stop();
  });
  loop.read_state(planes[1], {}, [&](const StateResult& state) { ends.push_back(state->cluster); });
  std::thread stopper([&] { queued.request_stop(); });
  loop.run_until_idle();
  stopper.join();
  EXPECT_EQ(ends, (std::vector<std::string>{"queued", "in flight", "p1"}));
}

TEST(EventLoop, StopBeforeAnythingIsSentCountsToo) {
  const LocalServer server;
  const Client client = server.client();
  EventLoop loop(client);
  StopSource stop;
  stop.request_stop();
  StateOptions options;
  options.stop = stop.token();
  bool stopped = false;
  loop.read_state(client.plane("a"), options, [&](const StateResult& state) { stopped = was_stopped(state); });
  loop.run_until_idle();
  EXPECT_TRUE(stopped);
  EXPECT_EQ(server.request_count(), 0U);
}

TEST(EventLoop, WhatAFunctionThrowsEndsTheLoopAndLosesNoOther) {
  const LocalServer server;
  const Client client = server.client();
  EventLoop loop(client);
  int called = 0;
  for (const Plane& plane : planes_of(client, 5)) {
    loop.read_state(plane, {}, [&](const StateResult&) {
      if (++called == 1) throw std::out_of_range("enough");
    });
  }
  EXPECT_THROW(loop.run(), std::out_of_range);
  EXPECT_EQ(called, 5);
}

TEST(EventLoop, DestructorCallsWhatWasNotCalledYet) {
  const Client client("http://127.0.0.1:1");
  bool stopped = false;
  {
    EventLoop loop(client);
    loop.read_state(client.plane("a"), {}, [&](const StateResult& state) { stopped = was_stopped(state); });
  }
  EXPECT_TRUE(stopped);
}

TEST(EventLoop, RefusesBadInput) {
  const Client client("http://127.0.0.1:1");
  const Client other("http://127.0.0.1:1");
  EventLoopOptions none;
  none.concurrency = 0;
  EXPECT_THROW(EventLoop(client, none), ConfigError);
  EventLoop loop(client);
  EXPECT_FALSE(loop.takes(other.plane("a")));
  EXPECT_THROW(loop.read_state(other.plane("a"), {}, [](const StateResult&) {}), ConfigError);
  EXPECT_THROW(loop.read_state(client.plane("a"), {}, {}), ConfigError);
  Request wrong;
  wrong.method = "get";
  EXPECT_THROW(loop.send(client.plane("a"), wrong, [](const ResponseResult&) {}), ConfigError);
}

}  // namespace
}  // namespace kplane::tests
