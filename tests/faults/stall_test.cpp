// Batches in which some planes, or all, fall silent.
#include <kplane/kplane.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "support/clients.hpp"
#include "support/planes.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

BatchOptions with_concurrency(std::size_t concurrency) {
  BatchOptions batch;
  batch.concurrency = concurrency;
  return batch;
}

/// Planes that answer at once, and silent ones that do so only after all the others did. A batch that holds the others
/// up until the silent ones time out therefore shows by their errors.
class PatientServer {
 public:
  using IsSilent = std::function<bool(int plane)>;

  /// The silent planes send `early` bytes of their answer at once.
  PatientServer(int planes, IsSilent is_silent, std::size_t early = 0)
      : is_silent_(std::move(is_silent)), early_(early) {
    for (int plane = 0; plane < planes; ++plane) waited_for_ += is_silent_(plane) ? 0 : 1;
  }

  [[nodiscard]] std::string base_url() const { return server_.base_url(); }
  [[nodiscard]] std::size_t connection_count() const noexcept { return server_.connection_count(); }
  /// Waits until no more connections than these are open.
  [[nodiscard]] bool open_connections_fall_to(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, minutes{5}, [&] { return open_ <= count; });
  }

 private:
  void serve(Connection& connection) {
    change([this] { ++open_; });
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      const std::string cluster = cluster_of(request);
      const std::string response = http_response(200, state_body(cluster));
      if (is_silent_(std::stoi(cluster.substr(1)))) {
        connection.send(response.substr(0, early_));
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return waited_for_ <= 0; });
        lock.unlock();
        connection.send(response.substr(early_));
      } else {
        connection.send(response);
        change([this] { --waited_for_; });
      }
    }
    change([this] { --open_; });
  }

  template <class Change>
  void change(const Change& change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }

  const IsSilent is_silent_;
  const std::size_t early_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int waited_for_ = 0;
  int open_ = 0;
  const RawServer server_{[this](Connection& connection) { serve(connection); }};  // goes first: it uses the others
};

bool every_tenth(int plane) { return plane % 10 == 3; }

/// No request runs out of time because the machine is slow.
Client patient_client(const PatientServer& server) {
  ClientOptions options;
  options.request_timeout = minutes{10};
  return Client(server.base_url(), options);
}

TEST(Stall, SilentPlanesDoNotHoldUpTheOthers) {
  PatientServer server(1'000, every_tenth);
  const Client client = patient_client(server);
  for (const StateResult& result : client.states(planes_of(client, 1'000), {}, with_concurrency(8))) {
    ASSERT_TRUE(result) << result.error().what();
  }
  EXPECT_LE(server.connection_count(), 500U) << "most of the others reuse connections; slow ones count as silent";
  EXPECT_TRUE(server.open_connections_fall_to(8)) << "no more are kept than before";
}

TEST(Stall, PlanesThatStopHalfWayDoNotHoldUpTheOthers) {
  PatientServer server(300, every_tenth, http_response(200, state_body("p000")).size() - 60);
  const Client client = patient_client(server);
  for (const StateResult& result : client.states(planes_of(client, 300), {}, with_concurrency(4))) {
    ASSERT_TRUE(result) << result.error().what();
  }
}

TEST(Stall, SilentPlanesMayAllStandInFront) {
  PatientServer server(200, [](int plane) { return plane < 40; });
  const Client client = patient_client(server);
  for (const StateResult& result : client.states(planes_of(client, 200), {}, with_concurrency(4))) {
    ASSERT_TRUE(result) << result.error().what();
  }
}

TEST(Stall, OnePlaceIsEnough) {
  PatientServer server(50, [](int plane) { return plane == 0 || plane == 20; });
  const Client client = patient_client(server);
  for (const StateResult& result : client.states(planes_of(client, 50), {}, with_concurrency(1))) {
    ASSERT_TRUE(result) << result.error().what();
  }
}

TEST(Stall, SilentServerSeesOnlyAFewRequestsMoreThanPlaces) {
  const RawServer server([](Connection& connection) { connection.wait_for_close(); });
  const Client client(server.base_url());
  BatchOptions batch = with_concurrency(4);
  batch.timeout = milliseconds{2'500};
  for (const StateResult& result : client.states(planes_of(client, 1'000), {}, batch)) {
    EXPECT_THROW(result.error().raise(), TimeoutError);
  }
  EXPECT_LE(server.connection_count(), 4U + 1U);
}

// However slow the machine is: what the server has answered is a result, but for what was under way at the deadline.
// libcurl forgets one of two timers of a transfer that end within the same millisecond.
TEST(Stall, EqualTimeLimitsOfConnectionAndRequestBothHold) {
  const RawServer server([](Connection& connection) { connection.wait_for_close(); });
  ClientOptions options = without_retries();
  options.connect_timeout = options.request_timeout = milliseconds{100};
  const Client client(server.base_url(), options);
  EXPECT_THROW((void)client.plane("p0").state(), TimeoutError);
  for (const StateResult& result : client.states({client.plane("p0"), client.plane("p1")})) {
    ASSERT_FALSE(result);
    EXPECT_NE(dynamic_cast<const TimeoutError*>(&result.error()), nullptr) << result.error().what();
  }
}

TEST(Stall, BatchEndsByItsDeadlineWithAnErrorForEachSilentPlane) {
  std::atomic<std::size_t> answered{0};
  const RawServer server([&answered](Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      const std::string cluster = cluster_of(request);
      if (cluster.back() == '9') return connection.wait_for_close();
      ++answered;
      connection.send(http_response(200, state_body(cluster)));
    }
  });
  const Client client(server.base_url());
  constexpr std::size_t concurrency = 4;
  BatchOptions batch = with_concurrency(concurrency);
  batch.timeout = milliseconds{500};
  const auto results = client.states(planes_of(client, 100), {}, batch);
  ASSERT_EQ(results.size(), 100U);
  std::size_t succeeded = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i]) {
      EXPECT_NE(i % 10, 9U) << "a silent plane";
      ++succeeded;
    } else {
      EXPECT_THROW(results[i].error().raise(), TimeoutError) << i;
    }
  }
  EXPECT_GE(succeeded + 2 * concurrency, answered) << "as many again may be lent in place of silent ones";
}

}  // namespace
}  // namespace kplane::tests
