// Waiting for an object in each of many planes at once: results by plane, broken watches, time limits and stops.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/clients.hpp"
#include "support/planes.hpp"
#include "support/scripted_server.hpp"

namespace kplane::tests {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

const WaitTarget job{"v1", "configmaps", "default", "job"};

std::string map_in(const std::string& phase, int version) {
  return R"({"metadata":{"name":"job","namespace":"default","uid":"u","resourceVersion":")" + std::to_string(version) +
         R"("},"data":{"phase":")" + phase + R"("}})";
}

std::string listing(const std::string& items, int version = 7) {
  return http_response(
      200, R"({"metadata":{"resourceVersion":")" + std::to_string(version) + R"("},"items":[)" + items + "]}");
}

std::string becoming(const std::string& phase, int version) {
  return stream_head + chunk(event("MODIFIED", map_in(phase, version)));
}

bool is_watch(const std::string& request) { return request.find("watch=1") != std::string::npos; }

using Reply = ScriptedServer::Reply;

/// What a plane answers to its requests, the first to the first. Beyond the last one it is silent.
class Planes {
 public:
  using Answer = std::function<Reply(const std::string& cluster, bool watch, int number)>;

  explicit Planes(Answer answer) : answer_(std::move(answer)) {}

  [[nodiscard]] std::string base_url() const { return server_.base_url(); }
  [[nodiscard]] std::size_t connection_count() const { return server_.connection_count(); }

 private:
  void play(Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      const std::string cluster = cluster_of(request);
      const Reply reply = answer_(cluster, is_watch(request), count(cluster));
      if (!connection.send(reply.reply)) return;
      if (reply.hold) return connection.wait_for_close();
      if (is_watch(request)) return;
    }
  }

  int count(const std::string& cluster) {
    const std::lock_guard lock(mutex_);
    return ++asked_[cluster];
  }

  const Answer answer_;
  std::mutex mutex_;
  std::map<std::string, int> asked_;
  RawServer server_{[this](Connection& connection) { play(connection); }};
};

Condition done() { return conditions::field("/data/phase", "done"); }

TEST(Waits, EndWhenTheConditionHoldsInOrderOfThePlanes) {
  const Planes server([](const std::string& cluster, bool watch, int) {
    if (cluster.back() == '0') return Reply{listing(map_in("done", 3))};  // holds at once
    return watch ? Reply{becoming("done", 9), true} : Reply{listing(map_in("new", 3))};
  });
  const Client client(server.base_url());
  const auto planes = planes_of(client, 40);
  std::multiset<std::string> told;
  const auto results = client.wait_for(planes, job, done(), hours{1}, {}, [&](const WaitResult& result) {
    EXPECT_TRUE(result);
    told.insert(result.cluster());
  });
  ASSERT_EQ(results.size(), planes.size());
  for (std::size_t i = 0; i < planes.size(); ++i) {
    EXPECT_EQ(results[i].cluster(), planes[i].cluster());
    EXPECT_EQ(results[i].object()->resource_version(), i % 10 == 0 ? "3" : "9");
  }
  EXPECT_EQ(told.size(), 40U);
  EXPECT_EQ(std::set<std::string>(told.begin(), told.end()).size(), 40U);
}

TEST(Waits, AllWatchAtTheSameTimeHoweverFewRequestsAre) {
  std::mutex mutex;
  std::condition_variable changed;
  int watching = 0;
  const Planes server([&](const std::string&, bool watch, int) {
    if (!watch) return Reply{listing(map_in("new", 3))};
    std::unique_lock lock(mutex);
    ++watching;
    changed.notify_all();
    return Reply{stream_head, true};
  });
  const Client client(server.base_url());
  StopSource stop;
  std::thread observer([&] {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, std::chrono::seconds{20}, [&] { return watching == 60; }));
    stop.request_stop();
  });
  BatchOptions batch;
  batch.concurrency = 2;
  batch.stop = stop.token();
  const auto results = client.wait_for(planes_of(client, 60), job, done(), hours{1}, batch);
  observer.join();
  for (const WaitResult& result : results) {
    EXPECT_THROW(result.raise_if_failed(), StoppedError);
    EXPECT_THAT(result.error().what(), HasSubstr("configmaps job: waiting for /data/phase=done was stopped"));
  }
  EXPECT_LE(server.connection_count(), 62U) << "a watch uses the connection of its list";
}

TEST(Waits, AbsentObjectIsNoObject) {
  const Planes server([](const std::string& cluster, bool watch, int) {
    if (cluster == "p0") return Reply{listing("")};
    return watch ? Reply{stream_head + chunk(event("DELETED", map_in("new", 8))), true}
                 : Reply{listing(map_in("new", 3))};
  });
  const Client client(server.base_url());
  for (const WaitResult& result : client.wait_for(planes_of(client, 3), job, conditions::gone(), hours{1})) {
    EXPECT_TRUE(result);
    EXPECT_EQ(result.object(), std::nullopt);
    EXPECT_THROW((void)result.error(), std::logic_error);
  }
}

TEST(Waits, ErrorIsOfItsOwnPlane) {
  const Planes server([](const std::string& cluster, bool watch, int) {
    const std::string no = R"({"kind":"Status","reason":"Forbidden","message":"no"})";
    if (cluster == "p1") return Reply{http_response(403, no)};
    if (cluster == "p2" && watch) return Reply{http_response(403, no)};
    if (cluster == "p3" && watch) return Reply{stream_head + chunk("<html>"), true};
    return watch ? Reply{becoming("done", 9), true} : Reply{listing(map_in("new", 3))};
  });
  const Client client(server.base_url());
  const auto results = client.wait_for(planes_of(client, 5), job, done(), hours{1});
  EXPECT_TRUE(results[0]);
  EXPECT_THROW(results[1].raise_if_failed(), Forbidden);
  EXPECT_THROW(results[2].raise_if_failed(), Forbidden);
  EXPECT_THROW(results[3].raise_if_failed(), DecodeError);
  EXPECT_THROW((void)results[3].object(), DecodeError);
  EXPECT_TRUE(results[4]);
}

TEST(Waits, BrokenWatchesAreResumedAndForgottenVersionsListedAgain) {
  const Planes server([](const std::string& cluster, bool watch, int number) {
    if (number == 1) return Reply{listing(map_in("new", 3))};
    switch (cluster.back()) {
      case '0':  // cut
        return number == 2 ? Reply{stream_head + chunk(event("MODIFIED", map_in("busy", 8)))}
                           : Reply{becoming("done", 9), true};
      case '1':  // too old a version
        if (number == 2) return Reply{http_response(410, R"({"kind":"Status","reason":"Expired","code":410})")};
        return watch ? Reply{stream_head, true} : Reply{listing(map_in("done", 9), 20)};
      case '2':  // told by the watch itself
        if (number == 2) {
          return Reply{stream_head + chunk(event("ERROR", R"({"kind":"Status","reason":"Expired","code":410})")), true};
        }
        return watch ? Reply{stream_head, true} : Reply{listing(map_in("done", 9), 20)};
      case '3':  // busy
        return number == 2 ? Reply{http_response(429, "", "text/plain", "Retry-After: 0\r\n")}
                           : Reply{becoming("done", 9), true};
      default:  // nothing but a bookmark at first
        return number == 2 ? Reply{stream_head + chunk(event("BOOKMARK", R"({"metadata":{"resourceVersion":"8"}})")) +
                                   chunk(event("MODIFIED", map_in("done", 9))) + stream_end}
                           : Reply{"", true};
    }
  });
  const Client client(server.base_url(), with_quick_retries());
  for (const WaitResult& result : client.wait_for(planes_of(client, 5), job, done(), hours{1})) {
    ASSERT_NO_THROW(result.raise_if_failed()) << result.cluster();
    EXPECT_EQ(result.object()->resource_version(), "9") << result.cluster();
  }
}

TEST(Waits, TimeIsUpForEachWithWhatWasSeenLastAndOneMoreLook) {
  const Planes server([](const std::string& cluster, bool watch, int number) {
    if (cluster == "p0") return Reply{"", true};  // says nothing at all
    if (watch) return Reply{stream_head, true};
    if (cluster == "p1" && number > 1) return Reply{listing(map_in("done", 9))};  // missed by its watch
    return Reply{listing(map_in("new", 3))};
  });
  const Client client(server.base_url());
  const auto results = client.wait_for(planes_of(client, 4), job, done(), milliseconds{300});
  EXPECT_THROW(results[0].raise_if_failed(), TimeoutError);
  EXPECT_THAT(results[0].error().what(), HasSubstr("the server has not yet reported whether it exists"));
  EXPECT_TRUE(results[1]);
  for (std::size_t i = 2; i < 4; ++i) {
    EXPECT_THROW(results[i].raise_if_failed(), TimeoutError);
    EXPECT_THAT(results[i].error().what(),
                HasSubstr("waiting for /data/phase=done took longer than 300 ms; it exists"));
  }
}

TEST(Waits, EndInTimeThoughNoRequestIsAnswered) {
  const Planes server([](const std::string&, bool, int) { return Reply{"", true}; });
  const Client client(server.base_url());
  BatchOptions batch;
  batch.concurrency = 2;
  batch.timeout = milliseconds{50};
  const auto results = client.wait_for(planes_of(client, 30), job, done(), hours{1}, batch);
  ASSERT_EQ(results.size(), 30U);
  for (const WaitResult& result : results) EXPECT_THROW(result.raise_if_failed(), TimeoutError);
}

TEST(Waits, WhatTheCallersFunctionsThrowEndsAllAndLeavesTheClientUsable) {
  const Planes server([](const std::string&, bool watch, int) {
    return watch ? Reply{becoming("done", 9), true} : Reply{listing(map_in("new", 3))};
  });
  const Client client(server.base_url());
  const auto planes = planes_of(client, 10);
  const auto fail = [](const WaitResult&) { throw std::out_of_range("enough"); };
  EXPECT_THROW((void)client.wait_for(planes, job, done(), hours{1}, {}, fail), std::out_of_range);
  const Condition wrong = [](const Object*) -> bool { throw std::out_of_range("enough"); };
  EXPECT_THROW((void)client.wait_for(planes, job, wrong, hours{1}), std::out_of_range);
  for (const WaitResult& result : client.wait_for(planes, job, done(), hours{1})) EXPECT_TRUE(result);
}

TEST(Waits, StopEndsThoseInBackoff) {
  std::atomic<int> refused{0};
  StopSource stop;
  const Planes server([&](const std::string&, bool, int) {
    if (++refused == 5) stop.request_stop();
    return Reply{http_response(503, "", "text/plain", "Retry-After: 3600\r\n")};
  });
  const Client client(server.base_url(), without_retries());
  BatchOptions batch;
  batch.stop = stop.token();
  for (const WaitResult& result : client.wait_for(planes_of(client, 5), job, done(), hours{1}, batch)) {
    EXPECT_THROW(result.raise_if_failed(), StoppedError);
  }
}

TEST(Waits, InputIsChecked) {
  const Client client("http://127.0.0.1:1");
  const std::vector<Plane> planes{client.plane("a")};
  const auto wait = [&](const WaitTarget& target) {
    return client.wait_for(planes, target, conditions::exists(), hours{1});
  };
  EXPECT_THROW((void)wait({"v1", "config maps", "default", "job"}), ConfigError);
  EXPECT_THROW((void)wait({"a/b/c", "configmaps", "default", "job"}), ConfigError);
  EXPECT_THROW((void)wait({"v1", "configmaps", "not/one", "job"}), ConfigError);
  EXPECT_THROW((void)wait({"v1", "configmaps", "default", ""}), ConfigError);
  EXPECT_THROW((void)Client("http://127.0.0.1:1").wait_for(planes, job, conditions::exists(), hours{1}), ConfigError);
  EXPECT_TRUE(client.wait_for({}, job, conditions::exists(), hours{1}).empty());
}

}  // namespace
}  // namespace kplane::tests
