// Planes that are ready before they are bootstrapped (contract §10): waits, and writes that come too early.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "support/clients.hpp"
#include "support/manifest_sets.hpp"
#include "support/planes.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string list_of(std::size_t count) {
  std::string items;
  for (std::size_t i = 0; i < count; ++i) items += (i == 0 ? "" : ",") + std::string(R"({"metadata":{"name":"x"}})");
  return http_response(200, R"({"metadata":{},"items":[)" + items + "]}");
}

std::string no_namespace(const std::string& name) {
  return http_response(404, R"({"kind":"Status","status":"Failure","message":"namespaces \")" + name +
                                R"(\" not found","reason":"NotFound","details":{"name":")" + name +
                                R"(","kind":"namespaces"},"code":404})");
}

std::string forbidden() {
  return http_response(403, R"({"kind":"Status","reason":"Forbidden","message":"not you","code":403})");
}

/// Planes whose every answer a test may decide; otherwise they are ready and bootstrapped.
class YoungPlanes {
 public:
  /// @param times how often that was asked of that plane, this time included
  using Hook = std::function<std::optional<std::string>(const std::string& asked, int times)>;

  explicit YoungPlanes(Hook hook = {}) : hook_(std::move(hook)) {}

  [[nodiscard]] Client client() const { return Client(server_.base_url(), with_quick_retries()); }
  /// What was asked, in order: `GET /readyz`.
  [[nodiscard]] std::vector<std::string> log() const {
    const std::lock_guard lock(mutex_);
    return log_;
  }
  [[nodiscard]] std::size_t count(const std::string& part) const {
    const auto all = log();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const auto& asked) { return asked.find(part) != std::string::npos; }));
  }

 private:
  std::string answer(const std::string& request) {
    const std::string line = request.substr(0, request.find(" HTTP/"));
    const std::string prefix = "/clusters/" + cluster_of(request) + "/control-plane";
    const auto below = line.find(prefix);
    const std::string path =
        below == std::string::npos ? line.substr(line.find(' ') + 1) : line.substr(below + prefix.size());
    const std::string asked = line.substr(0, line.find(' ')) + ' ' + path.substr(0, path.find('?'));
    int times = 0;
    {
      const std::lock_guard lock(mutex_);
      log_.push_back(asked);
      times = static_cast<int>(std::count(log_.begin(), log_.end(), asked));
    }
    if (hook_) {
      if (auto said = hook_(asked, times)) return *said;
    }
    if (asked == "GET /readyz") return http_response(200, "ok", "text/plain");
    if (asked == "GET /api/v1/namespaces") return list_of(3);
    if (asked == roles) return list_of(1);
    return http_response(201, R"({"metadata":{"name":"x"}})");
  }

  static constexpr const char* roles = "GET /apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
  const Hook hook_;
  mutable std::mutex mutex_;
  std::vector<std::string> log_;
  const RawServer server_{answering([this](const std::string& request) { return answer(request); })};
};

const std::string readyz = "GET /readyz";
const std::string namespaces = "GET /api/v1/namespaces";
const std::string roles = "GET /apis/rbac.authorization.k8s.io/v1/clusterrolebindings";

TEST(PlaneBootstrap, IsWaitedForAndAskedForOnce) {
  const YoungPlanes planes([](const std::string& asked, int times) -> std::optional<std::string> {
    if (asked == namespaces && times == 1) return list_of(2);
    if (asked == roles && times == 1) return list_of(0);
    return std::nullopt;
  });
  const Client client = planes.client();
  client.plane("p").wait_until_ready(milliseconds{30'000});
  EXPECT_THAT(planes.log(), ElementsAre(readyz, namespaces, readyz, namespaces, roles, readyz, namespaces, roles));
  client.plane("p").wait_until_ready(milliseconds{30'000});
  EXPECT_EQ(planes.log().size(), 9U) << "the Client knows";
  EXPECT_EQ(planes.log().back(), readyz);
}

TEST(PlaneBootstrap, IsNotAskedForWhenItIsNotWanted) {
  const YoungPlanes planes;
  PlaneWaitOptions options;
  options.bootstrapped = false;
  planes.client().plane("p").wait_until_ready(options);
  EXPECT_TRUE(planes.client().plane("p").is_ready());
  EXPECT_THAT(planes.log(), ElementsAre(readyz, readyz));
}

TEST(PlaneBootstrap, WhatCannotBeToldCountsAsThere) {
  for (const std::string& said : {forbidden(), http_response(404, "404 page not found\n", "text/plain")}) {
    const YoungPlanes planes([&](const std::string& asked, int) -> std::optional<std::string> {
      if (asked == readyz) return std::nullopt;
      return said;
    });
    const Client client = planes.client();
    client.plane("p").wait_until_ready(milliseconds{30'000});
    EXPECT_THAT(planes.log(), ElementsAre(readyz, namespaces, roles));
    client.plane("p").wait_until_ready(milliseconds{30'000});
    EXPECT_EQ(planes.log().size(), 6U) << "it was not seen";
  }
}

TEST(PlaneBootstrap, TimeoutSaysWhatIsMissing) {
  const YoungPlanes planes([](const std::string& asked, int) -> std::optional<std::string> {
    if (asked == roles) return list_of(0);
    return std::nullopt;
  });
  try {
    planes.client().plane("p").wait_until_ready(milliseconds{1});
    FAIL() << "ready";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no RBAC roles"));
  }
}

TEST(PlaneBootstrap, WrongCredentialsEndTheWait) {
  const YoungPlanes planes([](const std::string& asked, int) -> std::optional<std::string> {
    if (asked == readyz) return std::nullopt;
    return http_response(401, R"({"kind":"Status","reason":"Unauthorized","message":"Unauthorized","code":401})");
  });
  EXPECT_THROW(planes.client().plane("p").wait_until_ready(milliseconds{30'000}), Unauthorized);
}

TEST(PlaneBootstrap, AnswerThatCannotBeReadIsNotReadyYet) {
  const YoungPlanes planes([](const std::string& asked, int times) -> std::optional<std::string> {
    if (asked == readyz || times > 1) return std::nullopt;
    return http_response(200, "<html>log in</html>", "text/html");
  });
  planes.client().plane("p").wait_until_ready(milliseconds{30'000});
  EXPECT_THAT(planes.log(), ElementsAre(readyz, namespaces, readyz, namespaces, roles, readyz, namespaces, roles));
}

std::string ready_fleet(const std::string& path) {
  if (path.find("/fleets") == std::string::npos) return {};
  return http_response(
      200,
      R"({"metadata":{"name":"rl","uid":"u","generation":1,"resourceVersion":"1"},"spec":{"replicas":2},"status":{"observedGeneration":1,)"
      R"("members":[{"clusterID":"rl-0000","phase":"Ready"},{"clusterID":"rl-0001","phase":"Ready"}]}})");
}

TEST(FleetBootstrap, IsWaitedForInAllMembersAtOnce) {
  const YoungPlanes planes([](const std::string& asked, int times) -> std::optional<std::string> {
    if (auto fleet = ready_fleet(asked); !fleet.empty()) return fleet;
    if (asked == namespaces && times == 1) return list_of(0);
    return std::nullopt;
  });
  const Client client = planes.client();
  Fleet fleet = client.get_fleet("rl");
  std::vector<std::int32_t> seen;
  WaitOptions options;
  options.on_progress = [&](std::int32_t ready, std::int32_t, milliseconds) { seen.push_back(ready); };
  fleet.wait_until_ready(options);
  EXPECT_THAT(seen, ElementsAre(1, 2));
  EXPECT_EQ(planes.count(readyz), 0U) << "the status tells";
  EXPECT_EQ(planes.count(namespaces), 3U);
  EXPECT_EQ(planes.count(roles), 2U);
  fleet.wait_until_ready(options);
  options.probe_members = true;
  fleet.wait_until_ready(options);
  EXPECT_EQ(planes.count(namespaces), 3U) << "the Client knows";
  EXPECT_EQ(planes.count(readyz), 2U);
}

// A ServiceAccount token of the root plane is unknown in every other plane (contract §10).
TEST(FleetBootstrap, MembersThatDoNotKnowTheCredentialsCountAsReadyByTheFleetsStatus) {
  const YoungPlanes planes([](const std::string& asked, int) -> std::optional<std::string> {
    if (auto fleet = ready_fleet(asked); !fleet.empty()) return fleet;
    return http_response(401, R"({"kind":"Status","reason":"Unauthorized","message":"Unauthorized","code":401})");
  });
  Fleet fleet = planes.client().get_fleet("rl");
  fleet.wait_until_ready();
  EXPECT_TRUE(fleet.is_ready());
  EXPECT_EQ(planes.count(namespaces), 2U);
  WaitOptions options;
  options.probe_members = true;
  EXPECT_THROW(fleet.wait_until_ready(options), Unauthorized) << "it is the members that were asked for";
}

TEST(FleetBootstrap, OneAnswerThatCannotBeReadDoesNotEndTheWait) {
  const YoungPlanes planes([](const std::string& asked, int times) -> std::optional<std::string> {
    if (auto fleet = ready_fleet(asked); !fleet.empty()) return fleet;
    if (asked == namespaces && times == 1) return http_response(200, "<html>log in</html>", "text/html");
    return std::nullopt;
  });
  Fleet fleet = planes.client().get_fleet("rl");
  fleet.wait_until_ready();
  EXPECT_EQ(planes.count(namespaces), 3U);
}

TEST(FleetBootstrap, IsProbedWithTheMembers) {
  const YoungPlanes planes([](const std::string& asked, int) -> std::optional<std::string> {
    if (auto fleet = ready_fleet(asked); !fleet.empty()) return fleet;
    return std::nullopt;
  });
  Fleet fleet = planes.client().get_fleet("rl");
  WaitOptions options;
  options.probe_members = true;
  options.bootstrapped = false;
  fleet.wait_until_ready(options);
  EXPECT_EQ(planes.count(namespaces), 0U);
  options.bootstrapped = true;
  fleet.wait_until_ready(options);
  EXPECT_EQ(planes.count(namespaces), 2U);
  EXPECT_EQ(planes.count(roles), 2U);
}

TEST(FleetBootstrap, TimeoutNamesTheMembersThatMissSomething) {
  const YoungPlanes planes([](const std::string& asked, int) -> std::optional<std::string> {
    if (auto fleet = ready_fleet(asked); !fleet.empty()) return fleet;
    if (asked == namespaces) return list_of(1);
    return std::nullopt;
  });
  Fleet fleet = planes.client().get_fleet("rl");
  WaitOptions options;
  options.timeout = milliseconds{1};
  try {
    fleet.wait_until_ready(options);
    FAIL() << "ready";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("0 of 2"));
    EXPECT_THAT(error.what(), HasSubstr("rl-0001"));
    EXPECT_THAT(error.what(), HasSubstr("1 of 3 system namespaces"));
  }
}

const std::string config_map_text =
    R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"default"}})";

YoungPlanes::Hook without_default_at_first(int times_without) {
  return [times_without](const std::string& asked, int times) -> std::optional<std::string> {
    if (asked.compare(0, 4, "GET ") == 0 || times > times_without) return std::nullopt;
    return no_namespace("default");
  };
}

TEST(EarlyWrite, IsMadeAgainUntilTheNamespaceIsThere) {
  const YoungPlanes planes(without_default_at_first(2));
  const Resource maps = planes.client().plane("p").resource("v1", "configmaps");
  EXPECT_EQ(maps.create(config_map_text).name(), "x");
  EXPECT_EQ(maps.apply(config_map_text).name(), "x");
  EXPECT_EQ(planes.count("POST "), 3U);
  EXPECT_EQ(planes.count("PATCH "), 3U);
}

TEST(EarlyWrite, EndsWithItsTime) {
  const YoungPlanes planes(without_default_at_first(1'000'000));
  WriteOptions options;
  options.timeout = milliseconds{1'000};
  EXPECT_THROW(planes.client().plane("p").resource("v1", "configmaps").create(config_map_text, options), Error);
  EXPECT_GE(planes.count("POST "), 2U);
}

TEST(EarlyWrite, StopsWhenAsked) {
  StopSource source;
  const YoungPlanes planes([&](const std::string& asked, int) -> std::optional<std::string> {
    if (asked.compare(0, 4, "GET ") == 0) return std::nullopt;
    source.request_stop();
    return no_namespace("default");
  });
  WriteOptions options;
  options.stop = source.token();
  EXPECT_THROW(planes.client().plane("p").resource("v1", "configmaps").create(config_map_text, options), StoppedError);
}

TEST(EarlyWrite, IsNoneInAPlaneThatIsBootstrapped) {
  const YoungPlanes planes(without_default_at_first(1'000'000));
  const Plane plane = planes.client().plane("p");
  plane.wait_until_ready(milliseconds{30'000});
  EXPECT_THROW(plane.resource("v1", "configmaps").create(config_map_text), NotFound);
  EXPECT_EQ(planes.count("POST "), 1U);
}

TEST(EarlyWrite, IsNoneInANamespaceThatNoServerMakes) {
  const YoungPlanes planes([](const std::string&, int) { return no_namespace("team"); });
  const Resource maps = planes.client().plane("p").resource("v1", "configmaps");
  EXPECT_THROW(maps.in("team").create(R"({"metadata":{"name":"x"}})"), NotFound);
  EXPECT_EQ(planes.log().size(), 1U);
}

TEST(EarlyWrite, IsNoRead) {
  const YoungPlanes planes([](const std::string&, int) { return no_namespace("default"); });
  const Resource all = planes.client().plane("p").resource("v1", "namespaces");
  EXPECT_FALSE(all.find("default"));
  EXPECT_FALSE(all.remove("default"));
  EXPECT_EQ(planes.log().size(), 2U);
}

}  // namespace
}  // namespace kplane::tests
