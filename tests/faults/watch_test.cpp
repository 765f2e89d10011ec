// Watches over connections that break, servers that forget, and streams that are not what they should be.
#include <kplane/kplane.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/clients.hpp"
#include "support/raw_server.hpp"
#include "support/scripted_server.hpp"

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

Resource pods(const ScriptedServer& server) {
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
  EXPECT_EQ(end, WatchEnd::callback);
  return events;
}

using Events = std::vector<std::string>;

bool asks_for_watch(const std::string& request) { return request.find("watch=1") != std::string::npos; }
bool asks_behind(const std::string& request, int version) {
  return asks_for_watch(request) &&
         request.find("resourceVersion=" + std::to_string(version) + "&") != std::string::npos;
}

/// Plays the reply that fits what is asked, so that it does not matter which of two limits a slow machine passes first.
RawServer::Script playing(std::function<ScriptedServer::Reply(const std::string& request)> reply_for) {
  return [reply_for = std::move(reply_for)](Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      const ScriptedServer::Reply reply = reply_for(request);
      if (!connection.send(reply.reply)) return;
      if (reply.hold) return connection.wait_for_close();
      if (reply.reply.compare(0, stream_head.size(), stream_head) == 0) return;
    }
  };
}

Resource pods(const RawServer& server) {
  return Client(server.base_url(), with_quick_retries()).plane("alpha").resource("v1", "pods").in("default");
}

const std::string too_large =
    R"({"kind":"Status","status":"Failure","message":"Timeout: Too large resource version: 900, current: 40",)"
    R"("reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge","message":)"
    R"("Too large resource version"}],"retryAfterSeconds":1},"code":504})";

/// How often a server that answers each watch so is asked before the first pause of the back-off, which is longer than
/// the watch.
int requests_before_a_pause(const std::function<std::string()>& answer_watch, WatchOptions options = {}) {
  std::atomic<int> requests{0};
  const RawServer server([&](Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      ++requests;
      const bool is_watch = asks_for_watch(request);
      connection.send(is_watch ? answer_watch() : list(7, {object("a", 3)}));
      if (is_watch) return;
    }
  });
  options.timeout = milliseconds{100};
  const Resource resource = Client(server.base_url(), with_long_pauses()).plane("alpha").resource("v1", "pods");
  EXPECT_EQ(resource.watch([](const WatchEvent&) { return true; }, options), WatchEnd::timeout);
  return requests;
}

TEST(Watch, ReportsWhatIsThereAndThenEachChange) {
  const ScriptedServer server({{list(7, {object("a", 3), object("b", 5)})},
                               {stream_head + chunk(event("MODIFIED", object("a", 8)) +
                                                    event("DELETED", object("b", 9)) + event("ADDED", object("c", 10))),
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
  const ScriptedServer server(
      {{http_response(200,
                      R"({"metadata":{"resourceVersion":"7","continue":"next"},"items":[)" + object("a", 3) + "]}")},
       {list(7, {object("b", 4)})}});
  EXPECT_EQ(watch(pods(server), 2), (Events{"+a@3", "+b@4"}));
  EXPECT_NE(server.asked()[1].find("continue=next"), std::string::npos);
}

TEST(Watch, BeginsWhereItIsToldTo) {
  const ScriptedServer server(
      {{stream_head + chunk(event("MODIFIED", object("a", 8)) + event("DELETED", object("b", 9))), true}});
  WatchOptions options;
  options.resource_version = "6";
  EXPECT_EQ(watch(pods(server), 2, options), (Events{"~a@8", "-b@9"}));
  EXPECT_NE(server.asked()[0].find("resourceVersion=6"), std::string::npos);
}

TEST(Watch, PassesItsSelectorsOn) {
  const ScriptedServer server({{list(7, {})}, {stream_head + chunk(event("ADDED", object("a", 8))), true}});
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
  const ScriptedServer server({{list(7, {object("a", 3)})},
                               {stream_head + chunk(event("MODIFIED", object("a", 8)))},
                               {stream_head + chunk(event("MODIFIED", object("a", 9)) + R"({"type":"MODIFIED","obj)")},
                               {stream_head + chunk(event("MODIFIED", object("a", 10))), true}});
  EXPECT_EQ(watch(pods(server), 4), (Events{"+a@3", "~a@8", "~a@9", "~a@10"}));
  EXPECT_NE(server.asked()[2].find("resourceVersion=8&"), std::string::npos);
  EXPECT_NE(server.asked()[3].find("resourceVersion=9&"), std::string::npos);
}

TEST(Watch, GoesOnBehindABookmarkAfterAnOrderlyEnd) {
  const ScriptedServer server({{list(7, {})},
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
  const ScriptedServer server({{list(7, before)},
                               {stream_head + chunk(error(410, "Expired"))},
                               {list(20, after)},
                               {stream_head + chunk(event("MODIFIED", object("same", 21))), true}});
  EXPECT_EQ(watch(pods(server), 10), (Events{"+same@1", "+changed@2", "+gone@3", "+renewed@4", "~changed@12", "+new@13",
                                             "-renewed@4", "+renewed@14", "-gone@3", "~same@21"}));
  EXPECT_NE(server.asked()[3].find("resourceVersion=20&"), std::string::npos);
}

TEST(Watch, TakesAnExpiredAnswerLikeAnExpiredStream) {
  const ScriptedServer server(
      {{list(7, {object("a", 3)})},
       {http_response(410, R"({"kind":"Status","reason":"Expired","message":"too old","code":410})")},
       {list(20, {object("a", 15)})}});
  EXPECT_EQ(watch(pods(server), 2), (Events{"+a@3", "~a@15"}));
}

TEST(Watch, TellsNothingTwice) {
  const ScriptedServer server({{list(7, {object("a", 3)})},
                               {stream_head + chunk(event("ADDED", object("a", 3)) + event("MODIFIED", object("a", 8)) +
                                                    event("MODIFIED", object("a", 8)) +
                                                    event("DELETED", object("b", 9)) + event("ADDED", object("c", 10))),
                                true}});
  EXPECT_EQ(watch(pods(server), 3), (Events{"+a@3", "~a@8", "+c@10"}));
}

TEST(Watch, SaysWhenItCannotKnowWhatWasMissed) {
  const ScriptedServer server({{stream_head + chunk(error(410, "Expired"))}});
  WatchOptions options;
  options.resource_version = "6";
  EXPECT_THROW((void)pods(server).watch([](const WatchEvent&) { return true; }, options), Expired);
}

TEST(Watch, ReadsEventsInAnyPieces) {
  const std::string text = event("ADDED", object("a", 8)) + "\r\n" + event("ADDED", object("b", 9));
  std::string pieces;
  for (const char c : text) pieces += chunk(std::string(1, c));
  const ScriptedServer server({{list(7, {})}, {stream_head + pieces, true}});
  EXPECT_EQ(watch(pods(server), 2), (Events{"+a@8", "+b@9"}));
}

// A silent connection may be dead, or its version one that the server never had: a look beside it tells.
TEST(Watch, LeavesADeadConnection) {
  std::atomic<int> lists{0};
  std::atomic<int> silent{0};
  const RawServer server(playing([&](const std::string& request) -> ScriptedServer::Reply {
    if (!asks_for_watch(request)) return {list(++lists == 1 ? 7 : 8, {})};
    if (asks_behind(request, 7)) return {stream_head + chunk(event("ADDED", object("a", 8))), true};
    return {++silent == 1 ? stream_head : stream_head + chunk(event("ADDED", object("b", 9))), true};
  }));
  WatchOptions options;
  options.idle_limit = milliseconds{50};
  EXPECT_EQ(watch(pods(server), 2, options), (Events{"+a@8", "+b@9"}));
}

TEST(Watch, ListsAgainAfterAnEndAtOnceAndEmpty) {
  for (const std::string& empty : {stream_head + stream_end, http_response(200, ""), http_response(200, "\r\n")}) {
    const ScriptedServer server({{list(7, {object("a", 3)})}, {empty}, {list(20, {object("a", 15)})}, {"", true}});
    EXPECT_EQ(watch(pods(server), 2), (Events{"+a@3", "~a@15"}));
    EXPECT_EQ(server.asked()[2].find("resourceVersion"), std::string::npos) << server.asked()[2];
  }
}

constexpr int list_and_watch = 2;

TEST(Watch, PausesWhateverEndsItsConnectionAtOnce) {
  const auto requests_after = [](const std::string& lines) {
    return requests_before_a_pause([&] { return stream_head + chunk(lines) + stream_end; });
  };
  EXPECT_LE(requests_before_a_pause([] { return stream_head + stream_end; }), list_and_watch);
  EXPECT_LE(requests_after(event("ADDED", object("a", 3))), list_and_watch);
  EXPECT_LE(requests_after(event("MODIFIED", object("a", 2))), list_and_watch);
  EXPECT_LE(requests_after(event("DELETED", object("unknown", 8))), list_and_watch);
  EXPECT_LE(requests_after(bookmark(7)), list_and_watch);
  EXPECT_LE(requests_after(event("ADDED", object("a", 3)) + error(410, "Expired")), list_and_watch);
  EXPECT_LE(requests_after(bookmark(7) + error(410, "Expired")), list_and_watch);
  EXPECT_LE(requests_after(event("ERROR", too_large)), list_and_watch);
  EXPECT_LE(requests_after(event("ERROR", "{}")), list_and_watch);
  EXPECT_LE(requests_after(error(429, "TooManyRequests")), list_and_watch);
  EXPECT_LE(requests_after(error(500, "InternalError")), list_and_watch);
  EXPECT_LE(requests_after(R"({"type":"MODIFIED","object":{"metad)"), list_and_watch);
  EXPECT_LE(requests_before_a_pause([] { return http_response(410, "too old", "text/plain"); }), list_and_watch);
}

TEST(Watch, PausesAlsoAfterShortConnectionsThatBringChanges) {
  const std::string changed = event("MODIFIED", object("a", 100));
  for (const std::string& lines : {changed, bookmark(100), changed + error(410, "Expired")}) {
    EXPECT_LE(requests_before_a_pause([&] { return stream_head + chunk(lines) + stream_end; }), list_and_watch);
  }
}

TEST(Watch, PausesLikewiseFromAVersionThatItWasGiven) {
  WatchOptions options;
  options.resource_version = "6";
  for (const std::string& lines : {std::string(), chunk(bookmark(6)), chunk(event("MODIFIED", object("a", 6)))}) {
    EXPECT_LE(requests_before_a_pause([&] { return stream_head + lines + stream_end; }, options), 1);
  }
}

TEST(Watch, ListsAgainWhereItsVersionIsOfTheFuture) {
  for (const std::string& answer :
       {http_response(504, too_large, "application/json", "Retry-After: 3600\r\n"),
        stream_head + chunk(event("ERROR", too_large)),
        http_response(504,
                      R"({"kind":"Status","reason":"Timeout","message":"Too large resource version: 9, current: 4",)"
                      R"("code":504})")}) {
    const ScriptedServer server({{list(900, {object("a", 850)})}, {answer}, {list(40, {object("a", 30)})}, {"", true}});
    EXPECT_EQ(watch(pods(server), 2), (Events{"+a@850", "~a@30"}));
    EXPECT_EQ(server.asked()[2].find("resourceVersion"), std::string::npos) << server.asked()[2];
  }
}

// What a real server answers: nothing, until the time is up.
TEST(Watch, FindsOutWhySilenceReignsAfterTheServerWasRestored) {
  std::atomic<int> lists{0};
  const RawServer server(playing([&](const std::string& request) -> ScriptedServer::Reply {
    if (!asks_for_watch(request)) {
      return {++lists == 1 ? list(900, {object("a", 850)}) : list(40, {object("a", 30)})};
    }
    if (asks_behind(request, 900)) {
      return {stream_head + chunk(event("MODIFIED", object("a", 901))) + stream_end};
    }
    const bool is_future = asks_behind(request, 901);
    return {is_future ? stream_head : stream_head + chunk(event("MODIFIED", object("a", 41))), true};
  }));
  WatchOptions options;
  options.idle_limit = milliseconds{200};
  EXPECT_EQ(watch(pods(server), 4, options), (Events{"+a@850", "~a@901", "~a@30", "~a@41"}));
}

// Once the server has come to that version, nothing tells what was missed.
TEST(Watch, ChecksItsVersionAtOnceWhereTheServerWasAway) {
  std::atomic<int> lists{0};
  std::atomic<int> watches{0};
  const auto catch_up_unless_checked = [&](Connection& connection) {
    connection.send(stream_head);
    const auto caught_up_at = std::chrono::steady_clock::now() + milliseconds{5'000};
    while (lists < 2 && std::chrono::steady_clock::now() < caught_up_at) std::this_thread::yield();
    if (lists < 2) connection.send(chunk(event("MODIFIED", object("a", 901))));
    connection.wait_for_close();
  };
  const RawServer server([&](Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      if (!asks_for_watch(request)) {
        connection.send(++lists == 1 ? list(900, {object("a", 850)}) : list(40, {object("a", 30)}));
      } else if (++watches == 1) {
        connection.send(http_response(503, "starting", "text/plain"));
      } else {
        return catch_up_unless_checked(connection);
      }
    }
  });
  EXPECT_EQ(watch(pods(server), 2), (Events{"+a@850", "~a@30"}));
}

TEST(Watch, StartsAPagedListAgainThatTheServerCannotGoOnWith) {
  const std::string first = http_response(
      200, R"({"metadata":{"resourceVersion":"900","continue":"next"},"items":[)" + object("a", 850) + "]}");
  const std::string expired = http_response(410, R"({"kind":"Status","reason":"Expired","message":"old","code":410})");
  for (const std::string& refusal : {expired, http_response(504, too_large)}) {
    std::atomic<int> pages{0};
    const RawServer server(answering([&](const std::string& request) {
      if (request.find("continue=next") != std::string::npos) return refusal;
      return ++pages == 1 ? first : list(40, {object("a", 30), object("b", 31)});
    }));
    ClientOptions options = with_quick_retries();
    options.retry.max_attempts = 1;
    const Resource resource = Client(server.base_url(), options).plane("alpha").resource("v1", "pods");
    EXPECT_EQ(watch(resource, 2), (Events{"+a@30", "+b@31"}));
  }
}

TEST(Watch, SaysThatTheVersionItWasGivenIsOfTheFuture) {
  for (const ScriptedServer::Reply& reply :
       {ScriptedServer::Reply{http_response(504, too_large)},
        ScriptedServer::Reply{stream_head + chunk(event("ERROR", too_large))},
        ScriptedServer::Reply{stream_head + stream_end}, ScriptedServer::Reply{stream_head, true}}) {
    const RawServer server(playing([&](const std::string& request) {
      return asks_for_watch(request) ? reply : ScriptedServer::Reply{list(40, {})};
    }));
    WatchOptions options;
    options.resource_version = "900";
    if (reply.hold) options.idle_limit = milliseconds{100};
    try {
      (void)pods(server).watch([](const WatchEvent&) { return true; }, options);
      ADD_FAILURE();
    } catch (const Expired& error) {
      const std::string text = error.what();
      EXPECT_NE(text.find("list again"), std::string::npos) << text;
      EXPECT_NE(text.find("900"), std::string::npos) << text;
    }
  }
}

TEST(Watch, BeginsWithAListWhereAnyVersionWillDo) {
  const ScriptedServer server(
      {{list(7, {object("a", 9), object("b", 3)})}, {stream_head + chunk(event("MODIFIED", object("b", 10))), true}});
  WatchOptions options;
  options.resource_version = "0";
  EXPECT_EQ(watch(pods(server), 3, options), (Events{"+a@9", "+b@3", "~b@10"}));
}

TEST(Watch, EndsByWhatIsNoWatchAtAll) {
  const auto ends_by = [](const std::string& reply, bool hold = false) {
    const ScriptedServer server({{list(7, {})}, {reply, hold}});
    WatchOptions options;
    options.timeout = std::chrono::seconds{20};
    (void)pods(server).watch([](const WatchEvent&) { return true; }, options);
  };
  const std::string page = "<html><head><title>Sign in</title></head></html>";
  const std::string pod_list = R"({"kind":"PodList","metadata":{"resourceVersion":"9"},"items":[]})";
  const std::string success = R"({"kind":"Status","status":"Success","code":200})";
  EXPECT_THROW(ends_by(http_response(200, page, "text/html")), DecodeError);
  EXPECT_THROW(ends_by(stream_head + chunk(page), true), DecodeError) << "at once";
  EXPECT_THROW(ends_by(http_response(200, pod_list)), DecodeError);
  EXPECT_THROW(ends_by(http_response(200, pod_list + "\n")), DecodeError);
  EXPECT_THROW(ends_by(http_response(200, "{\n  \"kind\": \"PodList\",\n  \"items\": []\n}\n")), DecodeError);
  EXPECT_THROW(ends_by(http_response(200, "\x1f\x8b\x08 binary")), DecodeError);
  EXPECT_THROW(ends_by(http_response(200, "[]")), DecodeError);
  EXPECT_THROW(ends_by(http_response(200, "ok")), DecodeError);
  EXPECT_THROW(ends_by(http_response(200, success)), DecodeError);
  EXPECT_THROW(ends_by(http_response(200, R"({"kind":"Status","status":"Failure","reason":"Forbidden","code":403})")),
               Forbidden);
}

TEST(Watch, QuotesNothingOfWhatIsNoWatch) {
  const ScriptedServer server(
      {{list(7, {})}, {http_response(200, R"({"kind":"Secret","data":{"password":"aHVudGVyMg=="}})")}});
  try {
    (void)pods(server).watch([](const WatchEvent&) { return true; });
    FAIL();
  } catch (const DecodeError& error) {
    EXPECT_EQ(std::string(error.what()).find("aHVudGVyMg"), std::string::npos) << error.what();
  }
}

TEST(Watch, ListsAgainAfterAnErrorThatIsNoStatus) {
  const ScriptedServer server({{list(7, {object("a", 3)})},
                               {stream_head + chunk(event("ERROR", R"({"metadata":{"name":"what"}})"))},
                               {list(20, {object("a", 15)})},
                               {"", true}});
  EXPECT_EQ(watch(pods(server), 2), (Events{"+a@3", "~a@15"}));
}

// Such as an object in the store that the server cannot decode: the watch would fail at it each time.
TEST(Watch, ListsAgainWhereTheSameVersionFailsAgain) {
  const ScriptedServer server({{list(7, {object("a", 3)})},
                               {stream_head + chunk(error(500, "InternalError"))},
                               {stream_head + chunk(error(500, "InternalError"))},
                               {list(20, {object("a", 15)})},
                               {"", true}});
  EXPECT_EQ(watch(pods(server), 2), (Events{"+a@3", "~a@15"}));
  EXPECT_NE(server.asked()[2].find("resourceVersion=7&"), std::string::npos);
}

TEST(Watch, TakesAnEventWithoutALineBreakAtAnOrderlyEnd) {
  std::string last = event("MODIFIED", object("a", 8));
  last.pop_back();
  const ScriptedServer server({{list(7, {object("a", 3)})},
                               {http_response(200, last)},
                               {stream_head + chunk(event("MODIFIED", object("a", 9))), true}});
  EXPECT_EQ(watch(pods(server), 3), (Events{"+a@3", "~a@8", "~a@9"}));
  EXPECT_NE(server.asked()[2].find("resourceVersion=8&"), std::string::npos);
}

TEST(Watch, GoesOnAfterAnEventThatWasCutShort) {
  const ScriptedServer server(
      {{list(7, {object("a", 3)})},
       {stream_head + chunk(event("MODIFIED", object("a", 8)) + R"({"type":"MODIFIED","obj)") + stream_end},
       {stream_head + chunk(event("MODIFIED", object("a", 9))), true}});
  EXPECT_EQ(watch(pods(server), 3), (Events{"+a@3", "~a@8", "~a@9"}));
  EXPECT_NE(server.asked()[2].find("resourceVersion=8&"), std::string::npos);
}

TEST(Watch, TellsNothingThatIsPast) {
  const ScriptedServer server(
      {{list(7, {object("a", 3)})},
       {stream_head +
        chunk(event("MODIFIED", object("a", 10)) + event("MODIFIED", object("a", 8)) +
              event("DELETED", object("a", 9)) + event("ADDED", object("b", 11)) + event("DELETED", object("b", 12)) +
              event("MODIFIED", object("b", 11)) + bookmark(5) + event("MODIFIED", object("a", 13))) +
        stream_end},
       {stream_head, true}});
  EXPECT_EQ(watch(pods(server), 5), (Events{"+a@3", "~a@10", "+b@11", "-b@12", "~a@13"}));
}

TEST(Watch, GoesOnBehindTheNewestEventWhateverCameLast) {
  const ScriptedServer server(
      {{list(7, {object("a", 3)})},
       {stream_head + chunk(event("MODIFIED", object("a", 10)) + event("MODIFIED", object("a", 8))) + stream_end},
       {stream_head + chunk(event("MODIFIED", object("a", 11))), true}});
  EXPECT_EQ(watch(pods(server), 3), (Events{"+a@3", "~a@10", "~a@11"}));
  EXPECT_NE(server.asked()[2].find("resourceVersion=10&"), std::string::npos);
}

TEST(Watch, RefusesObjectsThatItDidNotAskFor) {
  const std::string elsewhere = R"({"metadata":{"name":"a","namespace":"other","resourceVersion":"8"}})";
  const auto ends_by = [](const std::vector<ScriptedServer::Reply>& replies, const std::string& field_selector = "") {
    const ScriptedServer server(replies);
    WatchOptions options;
    options.field_selector = field_selector;
    (void)pods(server).watch([](const WatchEvent&) { return true; }, options);
  };
  EXPECT_THROW(ends_by({{list(7, {})}, {stream_head + chunk(event("ADDED", elsewhere)), true}}), DecodeError);
  EXPECT_THROW(ends_by({{list(7, {})}, {stream_head + chunk(event("DELETED", elsewhere)), true}}), DecodeError);
  EXPECT_THROW(ends_by({{list(7, {elsewhere})}}), DecodeError);
  for (const std::string selector : {"metadata.name=b", "metadata.name==b", "spec.nodeName!=x,metadata.name=b"}) {
    EXPECT_THROW(ends_by({{list(7, {})}, {stream_head + chunk(event("ADDED", object("a", 8))), true}}, selector),
                 DecodeError);
    EXPECT_THROW(ends_by({{list(7, {object("a", 3)})}}, selector), DecodeError);
  }
}

TEST(Watch, TakesWhatItsSelectorsAllow) {
  const ScriptedServer server({{list(7, {})}, {stream_head + chunk(event("ADDED", object("a", 8))), true}});
  WatchOptions options;
  options.field_selector = "metadata.name!=b,metadata.namespace=default";
  EXPECT_EQ(watch(pods(server), 1, options), (Events{"+a@8"}));
}

TEST(Watch, EndsByItsTimeout) {
  const ScriptedServer server({{list(7, {})}, {stream_head, true}});
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
  const ScriptedServer server({{http_response(503, "starting", "text/plain")},
                               {list(7, {object("a", 3)})},
                               {http_response(500, "overloaded", "text/plain")},
                               {http_response(429, "slow down", "text/plain")},
                               {stream_head + chunk(error(500, "InternalError"))},
                               {stream_head + chunk(event("MODIFIED", object("a", 8))), true}});
  EXPECT_EQ(watch(pods(server), 2), (Events{"+a@3", "~a@8"}));
}

TEST(Watch, EndsByWhatWaitingDoesNotMend) {
  const auto ends_by = [](const std::string& reply) {
    const ScriptedServer server({{list(7, {})}, {reply}});
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
  const ScriptedServer server({{list(7, {})},
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
  std::atomic<int> watches{0};
  const RawServer server(answering([&watches](const std::string& request) {
    if (!asks_for_watch(request)) return list(7, {});
    ++watches;
    return http_response(429, "slow down", "text/plain", "Retry-After: 3600\r\n");
  }));
  WatchOptions options;
  options.timeout = milliseconds{100};  // without the server's wish, a watch every other millisecond
  const Resource resource = Client(server.base_url(), with_quick_retries()).plane("alpha").resource("v1", "pods");
  EXPECT_EQ(resource.watch([](const WatchEvent&) { return true; }, options), WatchEnd::timeout);
  EXPECT_LE(watches, 1);
}

TEST(Watch, RefusesALineWithoutEnd) {
  const ScriptedServer server({{list(7, {})}, {stream_head + chunk(std::string(300'000, ' ')), true}});
  ClientOptions options = with_quick_retries();
  options.max_response_bytes = 200'000;
  const Resource resource = Client(server.base_url(), options).plane("alpha").resource("v1", "pods");
  EXPECT_THROW((void)resource.watch([](const WatchEvent&) { return true; }), TransportError);
}

TEST(Watch, PassesOnWhatItsFunctionThrows) {
  const ScriptedServer server({{list(7, {object("a", 3)})}});
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
  const ScriptedServer server({});
  EXPECT_THROW((void)pods(server).watch(nullptr), ConfigError);
  WatchOptions options;
  options.idle_limit = milliseconds{0};
  EXPECT_THROW((void)pods(server).watch([](const WatchEvent&) { return true; }, options), ConfigError);
}

TEST(WaitFor, ReturnsAtOnceWhatHoldsAlready) {
  const ScriptedServer server({{list(7, {object("a", 3)})}});
  const auto found = pods(server).wait_for("a", conditions::exists(), hours{1});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->resource_version(), "3");
  EXPECT_NE(server.asked()[0].find("fieldSelector=metadata.name%3Da"), std::string::npos);
}

TEST(WaitFor, TakesAbsenceForWhatItIs) {
  const ScriptedServer server({{list(7, {})}});
  EXPECT_EQ(pods(server).wait_for("a", conditions::gone(), hours{1}), std::nullopt);
}

TEST(WaitFor, FollowsTheObjectUntilTheConditionHolds) {
  const std::string ready =
      R"({"metadata":{"name":"a","resourceVersion":"9"},"status":{"phase":"Running","replicas":2,"conditions":[)"
      R"({"type":"Ready","status":"True"}]}})";
  const std::vector<ScriptedServer::Reply> replies{
      {list(7, {object("a", 3)})},
      {stream_head + chunk(event("MODIFIED", object("a", 8)) + event("MODIFIED", ready)), true}};
  for (const Condition& condition : {conditions::condition("Ready"), conditions::field("/status/phase", "Running"),
                                     conditions::field("/status/replicas", "2"), Condition([](const Object* object) {
                                       return object != nullptr && object->resource_version() == "9";
                                     })}) {
    const ScriptedServer server(replies);
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
  const ScriptedServer server({{list(7, {pod(3, 1)})}, {stream_head + chunk(event("MODIFIED", pod(8, 2))), true}});
  const auto found = pods(server).wait_for("a", conditions::condition("ready"), hours{1});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->resource_version(), "8");
}

TEST(WaitFor, NeedsANamespaceWhereThereAreSome) {
  const ScriptedServer server({{list(7, {object("a", 3)})}});
  const Resource everywhere = Client(server.base_url()).plane("alpha").resource("v1", "pods");
  EXPECT_THROW((void)everywhere.wait_for("a", conditions::gone(), hours{1}), ConfigError);
}

TEST(WaitFor, SeesAnObjectGo) {
  const ScriptedServer server(
      {{list(7, {object("a", 3)})}, {stream_head + chunk(event("DELETED", object("a", 8))), true}});
  EXPECT_EQ(pods(server).wait_for("a", conditions::gone(), hours{1}), std::nullopt);
}

TEST(WaitFor, SaysWhatItSawLast) {
  // Told apart by what is asked, not by the order: a busy machine may come to the last look without a watch.
  const std::string pending =
      list(7, {R"({"metadata":{"name":"a","resourceVersion":"3"},"status":{"phase":"Pending"}})"});
  const RawServer server(playing([&](const std::string& request) -> ScriptedServer::Reply {
    if (asks_for_watch(request)) return {stream_head, true};
    return {pending};
  }));
  try {
    (void)pods(server).wait_for("a", conditions::condition("Ready"), milliseconds{50});
    FAIL();
  } catch (const TimeoutError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("condition Ready=True"), std::string::npos) << text;
    EXPECT_NE(text.find("phase Pending"), std::string::npos) << text;
  }
}

/// A server whose watches are silent, and whose second list shows what happened after the first one.
RawServer::Script silent_between(std::string first, std::string second) {
  const auto lists = std::make_shared<std::atomic<int>>(0);
  return playing([=](const std::string& request) -> ScriptedServer::Reply {
    if (asks_for_watch(request)) return {stream_head, true};
    return {++*lists == 1 ? first : second};
  });
}

TEST(WaitFor, LooksOnceMoreBeforeItGivesUp) {
  const std::string running =
      R"({"metadata":{"name":"a","namespace":"default","resourceVersion":"9"},"status":{"phase":"Running"}})";
  const RawServer server(silent_between(list(7, {object("a", 3)}), list(10, {running})));
  const auto found = pods(server).wait_for("a", conditions::field("/status/phase", "Running"), milliseconds{50});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->resource_version(), "9");
}

TEST(WaitFor, LooksOnceMoreForWhatIsGone) {
  const RawServer server(silent_between(list(7, {object("a", 3)}), list(10, {})));
  EXPECT_EQ(pods(server).wait_for("a", conditions::gone(), milliseconds{50}), std::nullopt);
}

TEST(WaitFor, LooksOnceMoreWhereTheServerWasAwayTillTheEnd) {
  std::atomic<int> requests{0};
  const RawServer server(answering([&](const std::string&) {
    return ++requests == 1 ? http_response(429, "later", "text/plain", "Retry-After: 60\r\n")
                           : list(10, {object("a", 3)});
  }));
  const Resource resource = Client(server.base_url()).plane("alpha").resource("v1", "pods").in("default");
  ASSERT_TRUE(resource.wait_for("a", conditions::exists(), milliseconds{50}));
}

TEST(WaitFor, SaysWhatTheLastLookSaw) {
  const std::string failed =
      R"({"metadata":{"name":"a","namespace":"default","resourceVersion":"9"},"status":{"phase":"Failed"}})";
  const RawServer server(silent_between(list(7, {object("a", 3)}), list(10, {failed})));
  try {
    (void)pods(server).wait_for("a", conditions::field("/status/phase", "Running"), milliseconds{50});
    FAIL();
  } catch (const TimeoutError& error) {
    EXPECT_NE(std::string(error.what()).find("phase Failed"), std::string::npos) << error.what();
  }
}

TEST(WaitFor, RefusesAnObjectThatItDidNotAskFor) {
  const ScriptedServer server({{list(7, {object("b", 3)})}});
  EXPECT_THROW((void)pods(server).wait_for("a", conditions::exists(), hours{1}), DecodeError);
}

TEST(WaitFor, DoesNotTakeASilentServerForAnAbsentObject) {
  const ScriptedServer server({});
  try {
    (void)pods(server).wait_for("a", conditions::gone(), milliseconds{50});
    FAIL();
  } catch (const TimeoutError& error) {
    EXPECT_NE(std::string(error.what()).find("has not yet reported"), std::string::npos) << error.what();
  }
}

TEST(WaitFor, EndsByAStop) {
  StopSource source;
  source.request_stop();
  const ScriptedServer server({});
  EXPECT_THROW((void)pods(server).wait_for("a", conditions::exists(), hours{1}, source.token()), StoppedError);
}

TEST(WaitFor, ChecksItsInput) {
  const ScriptedServer server({});
  EXPECT_THROW((void)pods(server).wait_for("a/b", conditions::exists(), hours{1}), ConfigError);
  EXPECT_THROW((void)conditions::field("status", "x"), ConfigError);
}

}  // namespace
}  // namespace kplane::tests
