// Watches over connections that break, servers that forget, and streams that are not what they should be.
#include <kplane/kplane.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/clients.hpp"
#include "support/raw_server.hpp"
#include "support/theatre.hpp"

namespace kplane::tests {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

std::string object(const std::string& name, int version, const std::string& uid = "") {
  return R"({"metadata":{"name":")" + name + R"(","namespace":"default","uid":")" + (uid.empty() ? name : uid) +
         R"(","resourceVersion":")" + std::to_string(version) + R"("}})";
}

std::string bookmark(int version) {
  return event("BOOKMARK", R"({"metadata":{"resourceVersion":")" + std::to_string(version) + R"("}})");
}

std::string error(int code, const std::string& reason) {
  return event("ERROR", R"({"kind":"Status","status":"Failure","message":"told so","reason":")" + reason +
                            R"(","code":)" + std::to_string(code) + "}");
}

std::string list(int version, const std::vector<std::string>& objects) {
  std::string items;
  for (const std::string& one : objects) items += (items.empty() ? "" : ",") + one;
  return http_response(
      200, R"({"metadata":{"resourceVersion":")" + std::to_string(version) + R"("},"items":[)" + items + "]}");
}

Resource pods(const Theatre& server) {
  return Client(server.base_url(), with_quick_retries()).plane("alpha").resource("v1", "pods").in("default");
}

std::string told(const WatchEvent& event) {
  const char* type = event.type == WatchEventType::added ? "+" : event.type == WatchEventType::modified ? "~" : "-";
  return type + std::string(event.object.name()) + '@' + std::string(event.object.resource_version());
}

/// Watches until `count` events came.
std::vector<std::string> watch(const Resource& resource, std::size_t count, WatchOptions options = {}) {
  std::vector<std::string> events;
  options.timeout = hours{1};
  const WatchEnd end = resource.watch(
      [&](const WatchEvent& event) {
        events.push_back(told(event));
        return events.size() < count;
      },
      options);
  EXPECT_EQ(end, WatchEnd::by_function);
  return events;
}

using Events = std::vector<std::string>;

TEST(Watch, ReportsWhatIsThereAndThenEachChange) {
  const Theatre server({{list(7, {object("a", 3), object("b", 5)})},
                        {stream_head + chunk(event("MODIFIED", object("a", 8)) + event("DELETED", object("b", 9)) +
                                             event("ADDED", object("c", 10))),
                         true}});
  EXPECT_EQ(watch(pods(server), 5), (Events{"+a@3", "+b@5", "~a@8", "-b@9", "+c@10"}));
  const auto asked = server.asked();
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[1].find("GET /clusters/alpha/control-plane/api/v1/namespaces/default/pods?"), 0U) << asked[1];
  EXPECT_NE(asked[1].find("watch=1"), std::string::npos);
  EXPECT_NE(asked[1].find("resourceVersion=7"), std::string::npos);
  EXPECT_NE(asked[1].find("allowWatchBookmarks=true"), std::string::npos);
}

TEST(Watch, ListsAllPages) {
  const Theatre server({{http_response(200, R"({"metadata":{"resourceVersion":"7","continue":"next"},"items":[)" +
                                                object("a", 3) + "]}")},
                        {list(7, {object("b", 4)})}});
  EXPECT_EQ(watch(pods(server), 2), (Events{"+a@3", "+b@4"}));
  EXPECT_NE(server.asked()[1].find("continue=next"), std::string::npos);
}

TEST(Watch, BeginsWhereItIsToldTo) {
  const Theatre server(
      {{stream_head + chunk(event("MODIFIED", object("a", 8)) + event("DELETED", object("b", 9))), true}});
  WatchOptions options;
  options.resource_version = "6";
  EXPECT_EQ(watch(pods(server), 2, options), (Events{"~a@8", "-b@9"}));
  EXPECT_NE(server.asked()[0].find("resourceVersion=6"), std::string::npos);
}

TEST(Watch, PassesItsSelectorsOn) {
  const Theatre server({{list(7, {})}, {stream_head + chunk(event("ADDED", object("a", 8))), true}});
  WatchOptions options;
  options.label_selector = "app=web,tier!=db";
  options.field_selector = "metadata.name=a";
  EXPECT_EQ(watch(pods(server), 1, options), (Events{"+a@8"}));
  for (const std::string& line : server.asked()) {
    EXPECT_NE(line.find("labelSelector=app%3Dweb%2Ctier%21%3Ddb"), std::string::npos) << line;
    EXPECT_NE(line.find("fieldSelector=metadata.name%3Da"), std::string::npos) << line;
  }
}

TEST(Watch, GoesOnBehindTheLastEventAfterADroppedConnection) {
  const Theatre server({{list(7, {object("a", 3)})},
                        {stream_head + chunk(event("MODIFIED", object("a", 8)))},
                        {stream_head + chunk(event("MODIFIED", object("a", 9)) + R"({"type":"MODIFIED","obj)")},
                        {stream_head + chunk(event("MODIFIED", object("a", 10))), true}});
  EXPECT_EQ(watch(pods(server), 4), (Events{"+a@3", "~a@8", "~a@9", "~a@10"}));
  EXPECT_NE(server.asked()[2].find("resourceVersion=8&"), std::string::npos);
  EXPECT_NE(server.asked()[3].find("resourceVersion=9&"), std::string::npos);
}

TEST(Watch, GoesOnBehindABookmarkAfterAnOrderlyEnd) {
  const Theatre server({{list(7, {})},
                        {stream_head + chunk(bookmark(40)) + stream_end},
                        {stream_head + chunk(event("ADDED", object("a", 41))), true}});
  EXPECT_EQ(watch(pods(server), 1), (Events{"+a@41"}));
  EXPECT_NE(server.asked()[2].find("resourceVersion=40&"), std::string::npos);
}

TEST(Watch, TellsAfterAGapWhatChangedMeanwhile) {
  const std::vector<std::string> before{object("same", 1), object("changed", 2), object("gone", 3),
                                        object("renewed", 4, "first")};
  const std::vector<std::string> after{object("same", 1), object("changed", 12), object("new", 13),
                                       object("renewed", 14, "second")};
  const Theatre server({{list(7, before)},
                        {stream_head + chunk(error(410, "Expired"))},
                        {list(20, after)},
                        {stream_head + chunk(event("MODIFIED", object("same", 21))), true}});
  EXPECT_EQ(watch(pods(server), 10), (Events{"+same@1", "+changed@2", "+gone@3", "+renewed@4", "~changed@12", "+new@13",
                                             "-renewed@4", "+renewed@14", "-gone@3", "~same@21"}));
  EXPECT_NE(server.asked()[3].find("resourceVersion=20&"), std::string::npos);
}

TEST(Watch, TakesAnExpiredAnswerLikeAnExpiredStream) {
  const Theatre server({{list(7, {object("a", 3)})},
                        {http_response(410, R"({"kind":"Status","reason":"Expired","message":"too old","code":410})")},
                        {list(20, {object("a", 15)})}});
  EXPECT_EQ(watch(pods(server), 2), (Events{"+a@3", "~a@15"}));
}

TEST(Watch, TellsNothingTwice) {
  const Theatre server({{list(7, {object("a", 3)})},
                        {stream_head + chunk(event("ADDED", object("a", 3)) + event("MODIFIED", object("a", 8)) +
                                             event("MODIFIED", object("a", 8)) + event("DELETED", object("b", 9)) +
                                             event("ADDED", object("c", 10))),
                         true}});
  EXPECT_EQ(watch(pods(server), 3), (Events{"+a@3", "~a@8", "+c@10"}));
}

TEST(Watch, SaysWhenItCannotKnowWhatWasMissed) {
  const Theatre server({{stream_head + chunk(error(410, "Expired"))}});
  WatchOptions options;
  options.resource_version = "6";
  EXPECT_THROW((void)pods(server).watch([](const WatchEvent&) { return true; }, options), Expired);
}

TEST(Watch, ReadsEventsInAnyPieces) {
  const std::string text = event("ADDED", object("a", 8)) + "\r\n" + event("ADDED", object("b", 9));
  std::string pieces;
  for (const char c : text) pieces += chunk(std::string(1, c));
  const Theatre server({{list(7, {})}, {stream_head + pieces, true}});
  EXPECT_EQ(watch(pods(server), 2), (Events{"+a@8", "+b@9"}));
}

TEST(Watch, LeavesADeadConnection) {
  const Theatre server({{list(7, {})},
                        {stream_head + chunk(event("ADDED", object("a", 8))), true},
                        {stream_head, true},
                        {stream_head + chunk(event("ADDED", object("b", 9))), true}});
  WatchOptions options;
  options.idle_limit = milliseconds{50};
  EXPECT_EQ(watch(pods(server), 2, options), (Events{"+a@8", "+b@9"}));
  EXPECT_NE(server.asked()[2].find("resourceVersion=8&"), std::string::npos);
}

TEST(Watch, EndsByItsTimeout) {
  const Theatre server({{list(7, {})}, {stream_head, true}});
  WatchOptions options;
  options.timeout = milliseconds{50};
  EXPECT_EQ(pods(server).watch([](const WatchEvent&) { return true; }, options), WatchEnd::timeout);
}

TEST(Watch, EndsByAStopFromAnotherThread) {
  StopSource source;
  std::atomic<int> requests{0};
  const RawServer server([&](Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      if (++requests == 1) {
        connection.send(list(7, {}));
        continue;
      }
      connection.send(stream_head);
      source.request_stop();
      return connection.wait_for_close();
    }
  });
  WatchOptions options;
  options.stop = source.token();
  const Resource resource = Client(server.base_url()).plane("alpha").resource("v1", "pods");
  EXPECT_EQ(resource.watch([](const WatchEvent&) { return true; }, options), WatchEnd::stopped);
}

TEST(Watch, OutlivesAServerThatIsAway) {
  const Theatre server({{http_response(503, "starting", "text/plain")},
                        {list(7, {object("a", 3)})},
                        {http_response(500, "overloaded", "text/plain")},
                        {http_response(429, "slow down", "text/plain")},
                        {stream_head + chunk(error(500, "InternalError"))},
                        {stream_head + chunk(event("MODIFIED", object("a", 8))), true}});
  EXPECT_EQ(watch(pods(server), 2), (Events{"+a@3", "~a@8"}));
}

TEST(Watch, EndsByWhatWaitingDoesNotMend) {
  const auto ends_by = [](const std::string& reply) {
    const Theatre server({{list(7, {})}, {reply}});
    (void)pods(server).watch([](const WatchEvent&) { return true; });
  };
  const std::string forbidden = R"({"kind":"Status","reason":"Forbidden","message":"no","code":403})";
  EXPECT_THROW(ends_by(http_response(403, forbidden)), Forbidden);
  EXPECT_THROW(ends_by(http_response(404, "404 page not found", "text/plain")), NotFound);
  EXPECT_THROW(ends_by(http_response(400, "what?", "text/plain")), BadRequest);
  EXPECT_THROW(ends_by(stream_head + chunk(error(403, "Forbidden"))), Forbidden);
  EXPECT_THROW(ends_by(stream_head + chunk("<html>\n")), DecodeError);
  EXPECT_THROW(ends_by(stream_head + chunk(R"({"type":"RENAMED","object":{}})"
                                           "\n")),
               DecodeError);
  EXPECT_THROW(ends_by(stream_head + chunk(event("ADDED", R"({"metadata":{"name":"a"}})"))), DecodeError);
}

TEST(Watch, TellsWhatCameBeforeAnErrorFirst) {
  const Theatre server({{list(7, {})},
                        {stream_head + chunk(event("ADDED", object("a", 8)) + event("DELETED", object("a", 9)) +
                                             error(403, "Forbidden"))}});
  std::vector<std::string> events;
  EXPECT_THROW((void)pods(server).watch([&](const WatchEvent& event) {
    events.push_back(told(event));
    return true;
  }),
               Forbidden);
  EXPECT_EQ(events, (Events{"+a@8", "-a@9"}));
}

TEST(Watch, WaitsAsLongAsItIsAskedTo) {
  const Theatre server({{list(7, {})}, {http_response(429, "slow down", "text/plain", "Retry-After: 3600\r\n")}});
  WatchOptions options;
  options.timeout = milliseconds{300};
  EXPECT_EQ(pods(server).watch([](const WatchEvent&) { return true; }, options), WatchEnd::timeout);
  EXPECT_EQ(server.asked().size(), 2U);
}

TEST(Watch, DoesNotListWithoutAPauseWhereEveryWatchIsTooOld) {
  std::atomic<int> requests{0};
  const RawServer server(answering([&requests](const std::string& request) {
    ++requests;
    return request.find("watch=1") == std::string::npos ? list(7, {}) : http_response(410, "too old", "text/plain");
  }));
  WatchOptions options;
  options.timeout = milliseconds{1'000};
  const Resource resource = Client(server.base_url()).plane("alpha").resource("v1", "pods");
  EXPECT_EQ(resource.watch([](const WatchEvent&) { return true; }, options), WatchEnd::timeout);
  EXPECT_LE(requests, 20);
}

TEST(Watch, RefusesALineWithoutEnd) {
  const Theatre server({{list(7, {})}, {stream_head + chunk(std::string(300'000, ' ')), true}});
  ClientOptions options = with_quick_retries();
  options.max_response_bytes = 200'000;
  const Resource resource = Client(server.base_url(), options).plane("alpha").resource("v1", "pods");
  EXPECT_THROW((void)resource.watch([](const WatchEvent&) { return true; }), TransportError);
}

TEST(Watch, PassesOnWhatItsFunctionThrows) {
  const Theatre server({{list(7, {object("a", 3)})}});
  EXPECT_THROW((void)pods(server).watch([](const WatchEvent&) -> bool { throw std::runtime_error("mine"); }),
               std::runtime_error);
}

TEST(Watch, TakesNoConnectionFromSingleCalls) {
  const RawServer server([](Connection& connection) {
    int requests = 0;
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      if (request.find("watch=1") != std::string::npos) {
        connection.send(stream_head + chunk(event("ADDED", object("a", 8))));
        return connection.wait_for_close();
      }
      connection.send(++requests == 1 && request.find("/pods") != std::string::npos ? list(7, {})
                                                                                    : http_response(200, "ok"));
    }
  });
  ClientOptions options;
  options.max_connections = 1;
  const Plane plane = Client(server.base_url(), options).plane("alpha");
  bool is_ready = false;
  (void)plane.resource("v1", "pods").watch([&](const WatchEvent&) {
    is_ready = plane.is_ready();
    return false;
  });
  EXPECT_TRUE(is_ready);
}

TEST(Watch, WantsAFunctionAndSoundLimits) {
  const Theatre server({});
  EXPECT_THROW((void)pods(server).watch(nullptr), ConfigError);
  WatchOptions options;
  options.idle_limit = milliseconds{0};
  EXPECT_THROW((void)pods(server).watch([](const WatchEvent&) { return true; }, options), ConfigError);
}

TEST(WaitFor, ReturnsAtOnceWhatHoldsAlready) {
  const Theatre server({{list(7, {object("a", 3)})}});
  const auto found = pods(server).wait_for("a", conditions::exists(), hours{1});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->resource_version(), "3");
  EXPECT_NE(server.asked()[0].find("fieldSelector=metadata.name%3Da"), std::string::npos);
}

TEST(WaitFor, TakesAbsenceForWhatItIs) {
  const Theatre server({{list(7, {})}});
  EXPECT_EQ(pods(server).wait_for("a", conditions::gone(), hours{1}), std::nullopt);
}

TEST(WaitFor, FollowsTheObjectUntilTheConditionHolds) {
  const std::string ready =
      R"({"metadata":{"name":"a","resourceVersion":"9"},"status":{"phase":"Running","replicas":2,"conditions":[)"
      R"({"type":"Ready","status":"True"}]}})";
  const std::vector<Theatre::Scene> scenes{
      {list(7, {object("a", 3)})},
      {stream_head + chunk(event("MODIFIED", object("a", 8)) + event("MODIFIED", ready)), true}};
  for (const Condition& condition : {conditions::condition("Ready"), conditions::field("/status/phase", "Running"),
                                     conditions::field("/status/replicas", "2"), Condition([](const Object* object) {
                                       return object != nullptr && object->resource_version() == "9";
                                     })}) {
    const Theatre server(scenes);
    const auto found = pods(server).wait_for("a", condition, hours{1});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->resource_version(), "9");
  }
}

TEST(WaitFor, TakesNoConditionOfAnOlderGeneration) {
  const auto pod = [](int version, int observed) {
    return R"({"metadata":{"name":"a","generation":2,"resourceVersion":")" + std::to_string(version) +
           R"("},"status":{"conditions":[{"type":"Ready","status":"True","observedGeneration":)" +
           std::to_string(observed) + "}]}}";
  };
  const Theatre server({{list(7, {pod(3, 1)})}, {stream_head + chunk(event("MODIFIED", pod(8, 2))), true}});
  const auto found = pods(server).wait_for("a", conditions::condition("ready"), hours{1});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->resource_version(), "8");
}

TEST(WaitFor, NeedsANamespaceWhereThereAreSome) {
  const Theatre server({{list(7, {object("a", 3)})}});
  const Resource everywhere = Client(server.base_url()).plane("alpha").resource("v1", "pods");
  EXPECT_THROW((void)everywhere.wait_for("a", conditions::gone(), hours{1}), ConfigError);
}

TEST(WaitFor, SeesAnObjectGo) {
  const Theatre server({{list(7, {object("a", 3)})}, {stream_head + chunk(event("DELETED", object("a", 8))), true}});
  EXPECT_EQ(pods(server).wait_for("a", conditions::gone(), hours{1}), std::nullopt);
}

TEST(WaitFor, SaysWhatItSawLast) {
  const Theatre server({{list(7, {R"({"metadata":{"name":"a","resourceVersion":"3"},"status":{"phase":"Pending"}})"})},
                        {stream_head, true}});
  try {
    (void)pods(server).wait_for("a", conditions::condition("Ready"), milliseconds{50});
    FAIL();
  } catch (const TimeoutError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("condition Ready=True"), std::string::npos) << text;
    EXPECT_NE(text.find("phase Pending"), std::string::npos) << text;
  }
}

TEST(WaitFor, DoesNotTakeASilentServerForAnAbsentObject) {
  const Theatre server({});
  try {
    (void)pods(server).wait_for("a", conditions::gone(), milliseconds{50});
    FAIL();
  } catch (const TimeoutError& error) {
    EXPECT_NE(std::string(error.what()).find("has not said yet"), std::string::npos) << error.what();
  }
}

TEST(WaitFor, EndsByAStop) {
  StopSource source;
  source.request_stop();
  const Theatre server({});
  EXPECT_THROW((void)pods(server).wait_for("a", conditions::exists(), hours{1}, source.token()), StoppedError);
}

TEST(WaitFor, ChecksItsInput) {
  const Theatre server({});
  EXPECT_THROW((void)pods(server).wait_for("a/b", conditions::exists(), hours{1}), ConfigError);
  EXPECT_THROW((void)conditions::field("status", "x"), ConfigError);
}

}  // namespace
}  // namespace kplane::tests
