// One warm read warms all planes of a server (contract §10), until it restarts.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "support/clients.hpp"
#include "support/planes.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A server whose informers are lost when it restarts.
class WarmServer {
 public:
  [[nodiscard]] Client client() const { return Client(server_.base_url(), without_retries()); }
  void restart() { live_ = cold; }
  void refuse(int times) { refusals_ = times; }
  void serve_snapshot_only() { serves_state_ = false; }
  [[nodiscard]] std::vector<std::string> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  [[nodiscard]] std::size_t warm_count() const {
    const auto all = asked();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [](const auto& path) { return path.find("warm=true") != std::string::npos; }));
  }

 private:
  static constexpr int cold = 52;
  static constexpr int every = 58;

  std::string answer(const std::string& request) {
    const std::string cluster = cluster_of(request);
    const std::string line = request.substr(0, request.find(" HTTP/"));
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(line.substr(line.find("/control-plane") + 14));
    }
    if (!serves_state_ && line.find("/state") != std::string::npos)
      return http_response(404, "404 page not found\n", "text/plain");
    if (refusals_ > 0) {
      --refusals_;
      return http_response(503, "busy", "text/plain");
    }
    if (line.find("warm=true") != std::string::npos) live_ = every;
    return http_response(200, R"({"cluster":")" + cluster +
                                  R"(","snapshotTime":"2026-05-21T18:05:00Z","liveResources":)" +
                                  std::to_string(live_) + R"(,"resources":null})");
  }

  std::atomic<int> live_{cold};
  std::atomic<int> refusals_{0};
  std::atomic<bool> serves_state_{true};
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  const RawServer server_{answering([this](const std::string& request) { return answer(request); })};
};

StateOptions warm() {
  StateOptions options;
  options.warm = true;
  return options;
}

TEST(Warm, IsAskedForOnceWhateverThePlane) {
  const WarmServer server;
  const Client client = server.client();
  EXPECT_EQ(client.plane("a").state(warm()).live_resources, 58);
  EXPECT_EQ(client.plane("b").state(warm()).live_resources, 58);
  const Client copy = client;
  EXPECT_EQ(copy.plane("a").state(warm()).live_resources, 58);
  EXPECT_THAT(server.asked(), ElementsAre("/state?warm=true", "/state", "/state"));
  EXPECT_EQ(server.client().plane("a").state(warm()).live_resources, 58);
  EXPECT_EQ(server.warm_count(), 2U) << "another Client does not know";
}

TEST(Warm, IsAskedForAgainUntilItWasAnswered) {
  WarmServer server;
  const Client client = server.client();
  server.refuse(1);
  EXPECT_THROW((void)client.plane("a").state(warm()), ServerError);
  EXPECT_EQ(client.plane("a").state(warm()).live_resources, 58);
  EXPECT_THAT(server.asked(), ElementsAre("/state?warm=true", "/state?warm=true"));
}

TEST(Warm, IsAskedForAgainWhenTheServerLostItsInformers) {
  WarmServer server;
  const Client client = server.client();
  (void)client.plane("a").state(warm());
  server.restart();
  EXPECT_EQ(client.plane("b").state(warm()).live_resources, 58);
  EXPECT_EQ(client.plane("a").state(warm()).live_resources, 58);
  EXPECT_THAT(server.asked(), ElementsAre("/state?warm=true", "/state", "/state?warm=true", "/state"));
}

TEST(Warm, BatchAsksForItOnce) {
  WarmServer server;
  const Client client = server.client();
  const auto results = client.states(planes_of(client, 40), warm());
  for (const StateResult& result : results) EXPECT_EQ(result->live_resources, 58);
  EXPECT_EQ(server.warm_count(), 1U);
  EXPECT_THAT(server.asked().front(), EndsWith("warm=true"));
  server.restart();
  for (const StateResult& result : client.states(planes_of(client, 40), warm())) {
    EXPECT_EQ(result->live_resources, 58) << "no plane's state is less than was asked for";
  }
}

TEST(Warm, BatchDoesWithoutItsFirstPlane) {
  WarmServer server;
  const Client client = server.client();
  server.refuse(1);
  for (const StateResult& result : client.states(planes_of(client, 3), warm())) {
    EXPECT_EQ(result->live_resources, 58);
  }
}

TEST(Warm, IsNotAskedForByABatchThatIsStopped) {
  const WarmServer server;
  const Client client = server.client();
  StopSource source;
  source.request_stop();
  BatchOptions batch;
  batch.stop = source.token();
  for (const StateResult& result : client.states(planes_of(client, 3), warm(), batch)) {
    EXPECT_THROW(result.error().raise(), StoppedError);
  }
  EXPECT_THAT(server.asked(), IsEmpty());
}

TEST(Warm, IsGivenUpByABatchThatIsStoppedMeanwhile) {
  StopSource source;
  const RawServer silent([&source](Connection& connection) {
    if (!connection.read_request().empty()) source.request_stop();
    connection.wait_for_close();
  });
  std::vector<std::string> errors;
  ClientOptions options = without_retries();
  options.observer = [&errors](const RequestEvent& event) { errors.push_back(event.error); };
  const Client client(silent.base_url(), options);
  BatchOptions batch;
  batch.stop = source.token();
  for (const StateResult& result : client.states(planes_of(client, 3), warm(), batch)) {
    EXPECT_THROW(result.error().raise(), StoppedError);
  }
  EXPECT_THAT(errors, ElementsAre(HasSubstr("stop"))) << "the one read before the others did not run out of time";
}

TEST(Warm, IsAskedForOnOlderServersToo) {
  WarmServer server;
  server.serve_snapshot_only();
  const Client client = server.client();
  (void)client.plane("a").state(warm());
  server.restart();
  EXPECT_EQ(client.plane("a").state(warm()).live_resources, 58);
  EXPECT_THAT(server.asked(),
              ElementsAre("/state?warm=true", "/snapshot?warm=true", "/snapshot", "/snapshot?warm=true"));
}

}  // namespace
}  // namespace kplane::tests
