// BatchOptions::threads: one batch on several threads.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/clients.hpp"
#include "support/planes.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Blocks until as many threads as expected have come.
class Meeting {
 public:
  explicit Meeting(std::size_t expected) : expected_(expected) {}

  /// @return whether all came in good time
  bool come() {
    std::unique_lock lock(mutex_);
    threads_.insert(std::this_thread::get_id());
    changed_.notify_all();
    return changed_.wait_for(lock, seconds{20}, [this] { return threads_.size() >= expected_; });
  }
  [[nodiscard]] std::set<std::thread::id> threads() {
    const std::lock_guard lock(mutex_);
    return threads_;
  }

 private:
  const std::size_t expected_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::thread::id> threads_;
};

TEST(BatchThreads, ResultsAreThoseOfOneThread) {
  const RawServer server(answering([](const std::string& request) {
    const std::string cluster = cluster_of(request);
    if (cluster == "p7") return http_response(403, R"({"kind":"Status","reason":"Forbidden","message":"no"})");
    return http_response(200, state_body(cluster));
  }));
  const Client client(server.base_url());
  const auto planes = planes_of(client, 60);
  const auto one = client.states(planes);
  const auto three = client.states(planes, {}, on_threads(3));
  ASSERT_EQ(three.size(), one.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(three[i].cluster(), planes[i].cluster());
    ASSERT_EQ(static_cast<bool>(three[i]), static_cast<bool>(one[i])) << i;
    if (one[i]) {
      EXPECT_EQ(three[i]->raw(), one[i]->raw());
    } else {
      EXPECT_STREQ(three[i].error().what(), one[i].error().what());
    }
  }
}

TEST(BatchThreads, FunctionIsCalledOnceForEachPlaneByAllThreadsAndTheCaller) {
  const RawServer server(serving_states());
  const Client client(server.base_url());
  std::mutex mutex;
  std::multiset<std::string> seen;
  Meeting meeting(3);
  client.for_each_state(
      planes_of(client, 200),
      [&](const StateResult& result) {
        EXPECT_TRUE(meeting.come());
        const std::lock_guard lock(mutex);
        seen.insert(result->cluster);
      },
      {}, on_threads(3, 9));
  EXPECT_EQ(seen.size(), 200U);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 200U);
  EXPECT_EQ(meeting.threads().size(), 3U);
  EXPECT_EQ(meeting.threads().count(std::this_thread::get_id()), 1U);
}

TEST(BatchThreads, ThereAreNoMoreThanRequestsAtOnce) {
  const RawServer server(serving_states());
  const Client client(server.base_url());
  std::mutex mutex;
  std::set<std::thread::id> threads;
  const auto note = [&](const StateResult&) {
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
  };
  client.for_each_state(planes_of(client, 50), note, {}, on_threads(8, 2));
  EXPECT_LE(threads.size(), 2U);
  EXPECT_LE(server.connection_count(), 2U);
  threads.clear();
  client.for_each_state({client.plane("alone")}, note, {}, on_threads(8));
  EXPECT_EQ(threads, std::set<std::thread::id>{std::this_thread::get_id()});
}

TEST(BatchThreads, NeverHaveMoreInFlightTogetherThanAllowed) {
  RequestsInFlight in_flight;
  const RawServer server(serving_states(in_flight));
  const Client client(server.base_url());
  for (int i = 0; i < 3; ++i) {
    for (const StateResult& result : client.states(planes_of(client, 60), {}, on_threads(3, 5))) EXPECT_TRUE(result);
  }
  EXPECT_LE(in_flight.most(), 5);
}

TEST(BatchThreads, BusyThreadHoldsUpNoPlaneThatItHasNotStarted) {
  const RawServer server(serving_states());
  const Client client(server.base_url());
  std::mutex mutex;
  std::condition_variable changed;
  int done = 0;
  client.for_each_state(
      planes_of(client, 40),
      [&](const StateResult& result) {
        std::unique_lock lock(mutex);
        ++done;
        changed.notify_all();
        if (result->cluster != "p0") return;
        EXPECT_TRUE(changed.wait_for(lock, seconds{20}, [&] { return done == 40; }));  // by the other thread
      },
      {}, on_threads(2, 2));
  EXPECT_EQ(done, 40);
}

TEST(BatchThreads, FirstExceptionEndsAllAndLeavesTheClientUsable) {
  const RawServer server(serving_states());
  const Client client(server.base_url());
  Meeting meeting(2);
  std::atomic<int> calls{0};
  std::atomic<bool> has_thrown{false};
  const auto fail = [&](const StateResult&) {
    ++calls;
    EXPECT_TRUE(meeting.come());
    if (!has_thrown.exchange(true)) throw std::out_of_range("enough");
  };
  EXPECT_THROW(client.for_each_state(planes_of(client, 2'000), fail, {}, on_threads(2)), std::out_of_range);
  EXPECT_LT(calls, 2'000);
  for (const StateResult& result : client.states(planes_of(client, 30), {}, on_threads(2))) EXPECT_TRUE(result);
}

TEST(BatchThreads, ExceptionEndsWhatAnotherThreadWaitsFor) {
  const RawServer server([](Connection& connection) {
    const std::string cluster = cluster_of(connection.read_request());
    if (cluster == "p0") connection.send(http_response(200, state_body(cluster)));
    connection.wait_for_close();
  });
  const Client client(server.base_url());
  std::atomic<int> calls{0};
  const auto fail = [&](const StateResult&) {
    ++calls;
    throw std::out_of_range("enough");
  };
  EXPECT_THROW(client.for_each_state(planes_of(client, 2), fail, {}, on_threads(2, 2)), std::out_of_range);
  EXPECT_EQ(calls, 1);
}

TEST(BatchThreads, StopReachesAllOfThem) {
  StopSource stop;
  std::atomic<int> waiting{0};
  const RawServer server([&](Connection& connection) {
    static_cast<void>(connection.read_request());
    if (++waiting == 4) stop.request_stop();
    connection.wait_for_close();
  });
  const Client client(server.base_url());
  BatchOptions batch = on_threads(2, 4);
  batch.stop = stop.token();
  const auto results = client.states(planes_of(client, 100), {}, batch);
  ASSERT_EQ(results.size(), 100U);
  for (const StateResult& result : results) EXPECT_THROW(result.error().raise(), StoppedError);
}

TEST(BatchThreads, EveryPlaneGetsItsResultWhenTheTimeIsUp) {
  const RawServer server([](Connection& connection) { connection.wait_for_close(); });
  const Client client(server.base_url());
  BatchOptions batch = on_threads(3, 6);
  batch.timeout = milliseconds{30};
  const auto results = client.states(planes_of(client, 200), {}, batch);
  ASSERT_EQ(results.size(), 200U);
  for (const StateResult& result : results) EXPECT_THROW(result.error().raise(), TimeoutError);
}

TEST(BatchThreads, RefusedRequestsAreRepeated) {
  std::mutex mutex;
  std::map<std::string, int> asked;
  const RawServer server(answering([&](const std::string& request) {
    const std::string cluster = cluster_of(request);
    const std::lock_guard lock(mutex);
    const int attempt = ++asked[cluster];
    if (attempt == 1) return http_response(429, "", "text/plain", "Retry-After: 0\r\n");
    if (attempt == 2) return http_response(503, "", "text/plain");
    return http_response(200, state_body(cluster));
  }));
  std::atomic<int> observed{0};
  ClientOptions options = with_quick_retries();
  options.observer = [&](const RequestEvent&) { ++observed; };
  const Client client(server.base_url(), options);
  for (const StateResult& result : client.states(planes_of(client, 50), {}, on_threads(3))) EXPECT_TRUE(result);
  EXPECT_EQ(observed, 150);
}

TEST(BatchThreads, ConnectionsServeTheNextBatch) {
  const RawServer server(serving_states());
  const Client client(server.base_url());
  for (int i = 0; i < 5; ++i) {
    for (const StateResult& result : client.states(planes_of(client, 40), {}, on_threads(2, 4))) ASSERT_TRUE(result);
  }
  EXPECT_LE(server.connection_count(), 4U);
}

TEST(BatchThreads, FunctionMayRunAnotherBatchOnThreads) {
  const RawServer server(serving_states());
  const Client client(server.base_url());
  std::atomic<std::size_t> nested{0};
  client.for_each_state(
      planes_of(client, 10),
      [&](const StateResult& result) {
        const std::vector<Plane> planes{result.plane(), client.plane("other")};
        for (const StateResult& read : client.states(planes, {}, on_threads(2))) nested += read->total_items();
      },
      {}, on_threads(2));
  EXPECT_EQ(nested, 20U);
}

TEST(BatchThreads, NumberOfThemIsChecked) {
  const Client client("http://127.0.0.1:1");
  for (const std::size_t wrong : {std::size_t{0}, static_cast<std::size_t>(-1), std::size_t{1'025}}) {
    EXPECT_THROW((void)client.states({client.plane("a")}, {}, on_threads(wrong)), ConfigError) << wrong;
  }
  EXPECT_TRUE(client.states({}, {}, on_threads(1'024)).empty());
}

}  // namespace
}  // namespace kplane::tests
