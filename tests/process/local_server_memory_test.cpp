// Memory runs out at one allocation after another of a LocalServer: that costs at most an answer.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

#include "process/failing_allocations.hpp"
#include "support/clients.hpp"

namespace kplane::tests {
namespace {

class LocalServerMemory : public ::testing::Test {
 protected:
  static ClientOptions options(const testing::LocalServer& server) {
    ClientOptions options = without_retries();
    options.request_timeout = std::chrono::seconds{5};
    options.token = server.token();
    return options;
  }

  /// Lets one allocation of the server after another fail while it answers a call. Small ones are spared: a destructor
  /// of nlohmann::json makes some, and ends the program when it gets no memory. Later ones fail ever more sparsely, as
  /// what a call leaves behind makes the next one need more.
  /// @return how many failed
  static std::size_t fail_allocations(const std::function<void(const std::string& name)>& call) {
    constexpr std::size_t min_size = 512;
    for (std::size_t nth = 1, failed = 0;; nth += 1 + nth / 8, ++failed) {
      fail_allocation_elsewhere(nth, min_size);
      try {
        call("n" + std::to_string(nth));
      } catch (const TimeoutError& error) {
        ADD_FAILURE() << "a connection stays open on which nothing will come: " << error.what();
      } catch (const Error& error) {
        EXPECT_NE(error.what()[0], '\0');
      }
      fail_no_allocation();
      if (!has_failed_allocation()) return failed;
    }
  }

  static testing::LocalServerOptions quick_probes() {
    testing::LocalServerOptions options;
    options.probe_interval = std::chrono::milliseconds{20};
    return options;
  }

  testing::LocalServer server_{quick_probes()};
  const Client client_{server_.base_url(), options(server_)};
  const Plane plane_ = client_.plane("alpha");
};

std::string config_map(const std::string& name) {
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + R"("},"data":{"k":"v"}})";
}

TEST_F(LocalServerMemory, ThatRunsOutInAWriteCostsItsAnswerAtMost) {
  const Resource config_maps = plane_.resource("v1", "configmaps").in("default");
  const auto create = [&](const std::string& name) {
    config_maps.create(config_map(name));
    EXPECT_EQ(config_maps.get(name).name(), name) << "it was reported as done";
  };
  create("first");
  EXPECT_GT(fail_allocations(create), 0U);
  create("last");
}

TEST_F(LocalServerMemory, ThatRunsOutInAStateCostsItsAnswerAtMost) {
  const auto read = [&](const std::string& /*name*/) { EXPECT_EQ(plane_.state().cluster, "alpha"); };
  read("first");
  EXPECT_GT(fail_allocations(read), 0U);
  read("last");
}

TEST_F(LocalServerMemory, ThatRunsOutInAWatchEndsItsConnectionAtMost) {
  const Resource config_maps = plane_.resource("v1", "configmaps").in("default");
  config_maps.create(config_map("seen"));
  WatchOptions options;
  options.timeout = std::chrono::seconds{10};
  const auto watch = [&](const std::string& name) {
    bool has_come = false;
    config_maps.watch(
        [&](const WatchEvent& event) {
          if (event.type == WatchEventType::added && event.object.name() == "seen")
            config_maps.create(config_map(name));
          has_come = event.object.name() == name;
          return !has_come;
        },
        options);
    EXPECT_TRUE(has_come);
    config_maps.remove(name);
  };
  watch("first");
  EXPECT_GT(fail_allocations(watch), 0U);
  watch("last");
}

TEST_F(LocalServerMemory, ThatRunsOutInTheControllerOfFleetsDoesNotEndIt) {
  FleetSpec two;
  two.replicas = 2;
  const auto use = [&](const std::string& name) {
    auto fleet = client_.ephemeral_fleet(name, two);
    fleet.wait_until_ready(std::chrono::seconds{5});
  };
  use("first");
  EXPECT_GT(fail_allocations(use), 0U);
  use("last");
}

TEST_F(LocalServerMemory, ThatRunsOutInControllersOfAPlaneDoesNotEndIt) {
  const Resource namespaces = plane_.resource("v1", "namespaces");
  const Resource definitions = plane_.resource("apiextensions.k8s.io/v1", "customresourcedefinitions");
  const auto use = [&](const std::string& name) {
    namespaces.create(R"({"metadata":{"name":")" + name + R"("}})");
    plane_.resource("v1", "configmaps").in(name).create(config_map("kept"));
    namespaces.remove(name);
    const std::string group = name + ".example.org";
    definitions.create(R"({"metadata":{"name":"things.)" + group + R"("},"spec":{"group":")" + group +
                       R"(","scope":"Cluster","names":{"plural":"things","kind":"Thing"},"versions":[{"name":"v1",)" +
                       R"("served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}})");
    definitions.remove("things." + group);
  };
  use("first");
  EXPECT_GT(fail_allocations(use), 0U);
  use("last");
}

}  // namespace
}  // namespace kplane::tests
