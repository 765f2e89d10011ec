// Fleets that are watched, also through proxies that let no watch through.
#include <kplane/kplane.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "support/clients.hpp"
#include "support/scripted_fleet_server.hpp"
#include "support/scripted_server.hpp"

namespace kplane::tests {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

std::string fleet(int version, const std::string& phase) {
  return R"({"apiVersion":"kplane.dev/v1","kind":"Fleet","metadata":{"name":"rl","uid":"u","generation":1,)"
         R"("resourceVersion":")" +
         std::to_string(version) +
         R"("},"spec":{"replicas":1},"status":{"observedGeneration":1,"members":[{"clusterID":"rl-0000","phase":")" +
         phase + R"("}]}})";
}

ScriptedServer::Reply answer(int version, const std::string& phase) {
  return {http_response(200, fleet(version, phase))};
}

ScriptedServer::Reply listed(int version, const std::string& phase) {
  return {http_response(200, R"({"metadata":{"resourceVersion":"7"},"items":[)" + fleet(version, phase) + "]}")};
}

ScriptedServer::Reply gone() {
  return {http_response(404, R"({"kind":"Status","reason":"NotFound","message":"no fleet","code":404})")};
}

Fleet get(const ScriptedFleetServer& server) { return Client(server.base_url(), with_quick_retries()).get_fleet("rl"); }

WaitOptions long_wait() {
  WaitOptions options;
  options.timeout = hours{1};
  options.bootstrapped = false;  // no member has a reply
  return options;
}

TEST(FleetWatch, EndsAWaitByTheEventThatMakesItTrue) {
  const ScriptedFleetServer server(
      {answer(1, "Pending"), listed(1, "Pending"), {stream_head + chunk(event("MODIFIED", fleet(2, "Ready"))), true}});
  Fleet rl = get(server);
  rl.wait_until_ready(long_wait());
  EXPECT_TRUE(rl.is_ready());
  const std::string watch = server.first_watch();
  EXPECT_NE(watch.find("fieldSelector=metadata.name%3Drl"), std::string::npos) << watch;
  EXPECT_NE(watch.find("resourceVersion=7&"), std::string::npos) << watch;
}

TEST(FleetWatch, WaitsByAskingWhereWatchesAreRefused) {
  const ScriptedFleetServer server({answer(1, "Pending"),
                                    listed(1, "Pending"),
                                    {http_response(403, "no watches here", "text/plain")},
                                    {answer(1, "Pending"), answer(2, "Ready")}});
  Fleet rl = get(server);
  rl.wait_until_ready(long_wait());
  EXPECT_TRUE(rl.is_ready());
}

TEST(FleetWatch, WaitsByAskingWhereAProxyHoldsWatchesBack) {
  const ScriptedFleetServer server(
      {answer(1, "Pending"), listed(1, "Pending"), {"", true}, {answer(1, "Pending"), answer(2, "Ready")}});
  Fleet rl = get(server);
  rl.wait_until_ready(long_wait());
  EXPECT_TRUE(rl.is_ready());
}

TEST(FleetWatch, ListsAgainWhenTheWatchIsTooOld) {
  const std::string expired = event("ERROR", R"({"kind":"Status","reason":"Expired","message":"too old","code":410})");
  const ScriptedFleetServer server(
      {answer(1, "Pending"), listed(1, "Pending"), {stream_head + chunk(expired)}, {}, listed(9, "Ready")});
  Fleet rl = get(server);
  rl.wait_until_ready(long_wait());
  EXPECT_TRUE(rl.is_ready());
}

TEST(FleetWatch, AnOldFleetIsNotAskedForWithoutAPause) {
  std::atomic<int> requests{0};
  const RawServer server(answering([&requests](const std::string& request) {
    ++requests;
    if (request.find("watch=1") != std::string::npos) return http_response(410, "too old", "text/plain");
    if (request.find("fieldSelector") != std::string::npos) return listed(1, "Pending").reply;
    return answer(1, "Pending").reply;
  }));
  Fleet rl = Client(server.base_url(), with_long_pauses()).get_fleet("rl");
  FleetWatchOptions options;
  options.timeout = milliseconds{100};
  EXPECT_EQ(rl.watch([](const Fleet&) { return true; }, options), WatchEnd::timeout);
  EXPECT_LE(requests, 4) << "the Fleet, a list, a watch, and a look beside it";
}

TEST(FleetWatch, EndsAWaitForAFleetThatIsDeleted) {
  const ScriptedFleetServer server({answer(1, "Pending"),
                                    listed(1, "Pending"),
                                    {stream_head + chunk(event("DELETED", fleet(2, "Pending"))), true},
                                    {gone()}});
  Fleet rl = get(server);
  EXPECT_THROW(rl.wait_until_ready(long_wait()), NotFound);
}

TEST(FleetWatch, ReportsTheFleetAndEachChangeOnce) {
  const ScriptedFleetServer server(
      {answer(1, "Pending"),
       listed(1, "Pending"),
       {stream_head + chunk(event("MODIFIED", fleet(2, "Pending")) + event("MODIFIED", fleet(3, "Ready"))), true}});
  Fleet rl = get(server);
  std::vector<std::string> versions;
  const WatchEnd end = rl.watch([&](const Fleet& fleet) {
    versions.emplace_back(fleet.object().resource_version());
    return !fleet.is_ready();
  });
  EXPECT_EQ(end, WatchEnd::callback);
  EXPECT_EQ(versions, (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_TRUE(rl.is_ready()) << "the handle is renewed";
}

TEST(FleetWatch, ReportsChangesWhereAProxyHoldsWatchesBack) {
  const ScriptedFleetServer server(
      {answer(1, "Pending"), listed(1, "Pending"), {"", true}, {answer(1, "Pending"), answer(2, "Ready")}});
  Fleet rl = get(server);
  int calls = 0;
  rl.watch([&](const Fleet& fleet) {
    ++calls;
    return !fleet.is_ready();
  });
  EXPECT_EQ(calls, 2);
}

TEST(FleetWatch, EndsByItsTimeoutOrAStop) {
  const ScriptedFleetServer server({answer(1, "Pending"), listed(1, "Pending"), {stream_head, true}});
  Fleet rl = get(server);
  FleetWatchOptions options;
  options.timeout = milliseconds{50};
  EXPECT_EQ(rl.watch([](const Fleet&) { return true; }, options), WatchEnd::timeout);

  const ScriptedFleetServer other({answer(1, "Pending"), listed(1, "Pending"), {stream_head, true}});
  StopSource source;
  FleetWatchOptions stoppable;
  stoppable.stop = source.token();
  Fleet second = get(other);
  EXPECT_EQ(second.watch([&](const Fleet&) { return source.request_stop(); }, stoppable), WatchEnd::stopped);
}

TEST(FleetWatch, LooksOnceMoreBeforeAWaitGivesUp) {
  const ScriptedFleetServer server(
      {answer(1, "Pending"), listed(1, "Pending"), {stream_head, true}, {answer(1, "Ready")}});
  Fleet rl = get(server);
  WaitOptions options;
  options.timeout = milliseconds{2'000};  // long before the next look beside the watch
  options.bootstrapped = false;
  rl.wait_until_ready(options);
  EXPECT_TRUE(rl.is_ready());
}

TEST(FleetWatch, StopsAWait) {
  StopSource source;
  WaitOptions options = long_wait();
  options.stop = source.token();
  options.on_progress = [&](std::int32_t, std::int32_t, milliseconds) { source.request_stop(); };
  const ScriptedFleetServer server({answer(1, "Pending"), listed(1, "Pending"), {stream_head, true}});
  Fleet rl = get(server);
  EXPECT_THROW(rl.wait_until_ready(options), StoppedError);
}

}  // namespace
}  // namespace kplane::tests
