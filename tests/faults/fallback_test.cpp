// The two paths of the aggregate read (contract §3): asked in turn, remembered per client.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "support/clients.hpp"
#include "support/planes.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using testing::ElementsAre;

/// Serves state below the paths that end in `served`, and keeps the last part of each path that was asked.
class StateServer {
 public:
  explicit StateServer(std::string served)
      : served_(std::move(served)),
        server_(answering([this](const std::string& request) { return answer(request); })) {}

  [[nodiscard]] std::string base_url() const { return server_.base_url(); }
  [[nodiscard]] std::vector<std::string> take_asked() {
    const std::lock_guard lock(mutex_);
    return std::exchange(asked_, {});
  }
  void serve(std::string path) {
    const std::lock_guard lock(mutex_);
    served_ = std::move(path);
  }

 private:
  std::string answer(const std::string& request) {
    const std::string path = request.substr(4, request.find(' ', 4) - 4);
    const std::string last = path.substr(path.rfind('/'));
    const std::lock_guard lock(mutex_);
    asked_.push_back(last);
    if (last.substr(0, last.find('?')) != served_) return http_response(404, "404 page not found\n", "text/plain");
    return http_response(200, state_body(cluster_of(request)));
  }

  std::mutex mutex_;
  std::string served_;
  std::vector<std::string> asked_;
  RawServer server_;
};

TEST(StatePath, TodaysServerIsAskedOnce) {
  StateServer server("/state");
  const Client client(server.base_url());
  (void)client.plane("a").state();
  (void)client.plane("b").state();
  EXPECT_THAT(server.take_asked(), ElementsAre("/state", "/state"));
}

TEST(StatePath, OlderServersPathIsRememberedByTheClientForAllPlanes) {
  StateServer server("/snapshot");
  const Client client(server.base_url());
  StateOptions options;
  options.resources = {"pods", "configmaps"};
  options.include_empty = true;
  options.warm = true;
  (void)client.plane("a").state(options);
  (void)client.plane("b").state("pods");
  EXPECT_THAT(server.take_asked(),
              ElementsAre("/state?resource=pods,configmaps&includeEmpty=true&warm=true",
                          "/snapshot?resource=pods,configmaps&includeEmpty=true&warm=true", "/snapshot?resource=pods"));
}

TEST(StatePath, UpgradedServerIsFoundAgain) {
  StateServer server("/snapshot");
  const Client client(server.base_url());
  (void)client.plane("a").state();
  server.serve("/state");
  (void)client.plane("a").state();
  (void)server.take_asked();
  (void)client.plane("a").state();
  EXPECT_THAT(server.take_asked(), ElementsAre("/state"));
}

TEST(StatePath, ServerWithNeitherIsNotFoundAndNothingIsRemembered) {
  StateServer server("/nothing");
  const Client client(server.base_url());
  EXPECT_THROW((void)client.plane("a").state(), NotFound);
  EXPECT_THROW((void)client.plane("a").state(), NotFound);
  EXPECT_THAT(server.take_asked(), ElementsAre("/state", "/snapshot", "/state", "/snapshot"));
}

TEST(StatePath, BatchesFallBackToo) {
  StateServer server("/snapshot");
  const Client client(server.base_url());
  std::vector<Plane> planes;
  for (int i = 0; i < 20; ++i) planes.push_back(client.plane("p" + std::to_string(i)));
  for (const StateResult& result : client.states(planes)) EXPECT_TRUE(result);
  (void)server.take_asked();
  for (const StateResult& result : client.states(planes)) EXPECT_TRUE(result);
  EXPECT_THAT(server.take_asked(), testing::Each("/snapshot"));
}

TEST(StateQuery, ResourceNamesAreChecked) {
  const Client client("http://127.0.0.1:1");
  for (const char* name : {"", "pods,configmaps", "pods&warm=true", "../x", "a b"}) {
    EXPECT_THROW((void)client.plane("a").state(name), ConfigError) << name;
  }
}

}  // namespace
}  // namespace kplane::tests
