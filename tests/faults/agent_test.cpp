// What is asked of a server for an agent, in which order, and what its refusals become.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <kplane/kplane.hpp>

#include "support/clients.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const char* const filled = R"({"metadata":{"name":"edit"},"rules":[{"verbs":["get"],"resources":["pods"]}]})";
const char* const empty = R"({"metadata":{"name":"edit"},"rules":null,
  "aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"to":"edit"}}]}})";
const char* const parts = R"({"metadata":{"name":"part","labels":{"to":"edit"}},"rules":[{"verbs":["get"]}]},
  {"metadata":{"name":"system:controller:job-controller"},"rules":[{"verbs":["watch"]}]})";
const char* const url_part = R"({"metadata":{"name":"urls","labels":{"to":"edit"}},
  "rules":[{"verbs":["get"],"nonResourceURLs":["/metrics"]}]})";

std::string forbidden(const std::string& message) {
  return http_response(
      403, R"({"kind":"Status","status":"Failure","reason":"Forbidden","message":")" + message + R"(","code":403})");
}

/// A server that is one plane: what it says to the last part of a path, or only the first time that it is asked.
/// Everything else it carries out.
class AgentPlane {
 public:
  explicit AgentPlane(std::map<std::string, std::string> answers, std::map<std::string, std::string> once = {})
      : answers_(std::move(answers)),
        once_(std::move(once)),
        server_(answering([this](const std::string& request) { return answer(request); })) {}

  [[nodiscard]] Plane plane() const { return Client(server_.base_url(), without_retries()).plane("a"); }
  /// Method and last part of the path of each request, and the requests themselves.
  [[nodiscard]] std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  [[nodiscard]] std::string request(const std::string& asked) {
    const std::lock_guard lock(mutex_);
    return requests_.at(asked);
  }

 private:
  std::string answer(const std::string& request) {
    const std::string method = request.substr(0, request.find(' '));
    std::string path = request.substr(method.size() + 1);
    path = path.substr(0, path.find_first_of("? "));
    const std::string asked = method + path.substr(path.rfind('/'));
    const std::lock_guard lock(mutex_);
    asked_.push_back(asked);
    requests_[asked] = request;
    if (const auto first = once_.extract(asked); !first.empty()) return first.mapped();
    const auto scripted = answers_.find(asked);
    if (scripted != answers_.end()) return scripted->second;
    return http_response(method == "POST" ? 201 : 200,
                         R"({"metadata":{"name":"robot","uid":"u"},
                             "status":{"token":"t","expirationTimestamp":"2030-01-01T00:00:00Z"}})");
  }

  std::map<std::string, std::string> answers_;
  std::map<std::string, std::string> once_;
  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::map<std::string, std::string> requests_;
  RawServer server_;
};

AgentOptions robot(bool cluster_wide = false) {
  AgentOptions options;
  options.name = "robot";
  options.cluster_wide = cluster_wide;
  return options;
}

std::map<std::string, std::string> with_empty_role(const std::string& more_roles = "") {
  return {
      {"GET/edit", http_response(200, empty)},
      {"GET/clusterroles", http_response(200, R"({"items":[)" + std::string(empty) + "," + parts + more_roles + "]}")}};
}

TEST(Agent, RoleThatHasRulesIsBoundByFourRequests) {
  AgentPlane served({{"GET/edit", http_response(200, filled)}});
  served.plane().agent_kubeconfig(robot()).remove();
  EXPECT_THAT(served.asked(), ElementsAre("GET/edit", "POST/serviceaccounts", "POST/rolebindings", "POST/token",
                                          "DELETE/robot", "DELETE/robot"));
}

TEST(Agent, RoleThatHasNoneIsCopiedByTwoMoreAndRemovedInTheEnd) {
  AgentPlane served(with_empty_role());
  served.plane().agent_kubeconfig(robot()).remove();
  EXPECT_THAT(served.asked(),
              ElementsAre("GET/edit", "GET/clusterroles", "POST/serviceaccounts", "POST/roles", "POST/rolebindings",
                          "POST/token", "DELETE/robot", "DELETE/robot", "DELETE/robot"));
  EXPECT_THAT(served.request("POST/rolebindings"), HasSubstr(R"("kind":"Role","name":"robot")"));
  EXPECT_THAT(served.request("DELETE/robot"), HasSubstr("/roles/robot")) << "the last thing that goes";
}

TEST(Agent, WhatHoldsInTheWholePlaneIsAClusterRole) {
  AgentPlane served(with_empty_role());
  const AgentKubeconfig agent = served.plane().agent_kubeconfig(robot(true));
  EXPECT_THAT(served.asked(), ElementsAre("GET/edit", "GET/clusterroles", "POST/serviceaccounts", "POST/clusterroles",
                                          "POST/clusterrolebindings", "POST/token"));
}

TEST(Agent, RulesAboutUrlsNeedAClusterRoleWhichIsBoundInTheNamespace) {
  AgentPlane served(with_empty_role("," + std::string(url_part)));
  const AgentKubeconfig agent = served.plane().agent_kubeconfig(robot());
  EXPECT_THAT(served.asked(), ElementsAre("GET/edit", "GET/clusterroles", "POST/serviceaccounts", "POST/clusterroles",
                                          "POST/rolebindings", "POST/token"));
  EXPECT_THAT(served.request("POST/rolebindings"), HasSubstr(R"("kind":"ClusterRole","name":"robot")"));
}

TEST(Agent, RemovalsLeaveNothingThatAControllerWouldHaveToRemove) {
  AgentPlane served({{"GET/edit", http_response(200, filled)}});
  served.plane().agent_kubeconfig(robot()).remove();
  EXPECT_THAT(served.request("DELETE/robot"), HasSubstr(R"("propagationPolicy":"Background")"));
}

TEST(Agent, RoleThatMayNotBeReadSaysWhatThatTakes) {
  AgentPlane served({{"GET/edit", forbidden("cannot get clusterroles")}});
  try {
    (void)served.plane().agent_kubeconfig();
    ADD_FAILURE();
  } catch (const Forbidden& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("cannot get clusterroles"), HasSubstr("get and list clusterroles")));
  }
  EXPECT_THAT(served.asked(), SizeIs(1));
}

TEST(Agent, RightsThatTheClientDoesNotHaveAreNotGivenAndSaySo) {
  auto answers = with_empty_role();
  answers["POST/roles"] =
      forbidden("attempting to grant RBAC permissions not currently held" + std::string(7'000, '.') + "the end");
  AgentPlane served(answers);
  try {
    (void)served.plane().agent_kubeconfig(robot());
    ADD_FAILURE();
  } catch (const Forbidden& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("not currently held"), HasSubstr("escalate"), Not(HasSubstr("the end"))));
  }
  AgentPlane bound({{"GET/edit", http_response(200, filled)}, {"POST/rolebindings", forbidden("not held")}});
  try {
    (void)bound.plane().agent_kubeconfig(robot());
    ADD_FAILURE();
  } catch (const Forbidden& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("not held"), HasSubstr("the verb bind")));
  }
}

TEST(Agent, ListOfRolesThatIsNoneLeavesNothing) {
  AgentPlane served({{"GET/edit", http_response(200, empty)}, {"GET/clusterroles", http_response(200, "<html>")}});
  EXPECT_THROW((void)served.plane().agent_kubeconfig(), DecodeError);
  EXPECT_THAT(served.asked(), ElementsAre("GET/edit", "GET/clusterroles"));
}

// The Client's request_timeout is long here: the option alone can end this in time.
TEST(Agent, NamespaceIsWaitedForNoLongerThanTheOptionSays) {
  AgentOptions options = robot();
  options.bootstrap_timeout = std::chrono::milliseconds{0};
  const std::string missing = http_response(404, R"({"kind":"Status","status":"Failure","reason":"NotFound",
      "message":"namespaces \"default\" not found","details":{"name":"default","kind":"namespaces"},"code":404})");
  AgentPlane served(
      {{"GET/edit", http_response(200, filled)}, {"POST/serviceaccounts", missing}, {"GET/robot", missing}});
  EXPECT_THROW((void)served.plane().agent_kubeconfig(options), NotFound);
  EXPECT_THAT(served.asked(), ElementsAre("GET/edit", "POST/serviceaccounts", "GET/robot"));
}

TEST(Agent, NamespaceOfANewPlaneIsWaitedForAndNoOther) {
  const std::string missing = http_response(404, R"({"kind":"Status","status":"Failure","reason":"NotFound",
      "message":"namespaces \"x\" not found","details":{"name":"x","kind":"namespaces"},"code":404})");
  AgentOptions options = robot();
  AgentPlane served({{"GET/edit", http_response(200, filled)}}, {{"POST/serviceaccounts", missing}});
  const AgentKubeconfig agent = served.plane().agent_kubeconfig(options);
  EXPECT_THAT(served.asked(), ElementsAre("GET/edit", "POST/serviceaccounts", "POST/serviceaccounts",
                                          "POST/rolebindings", "POST/token"));
  options.ns = "team";
  AgentPlane other({{"GET/edit", http_response(200, filled)}, {"GET/robot", missing}},
                   {{"POST/serviceaccounts", missing}});
  EXPECT_THROW((void)other.plane().agent_kubeconfig(options), NotFound);
  EXPECT_THAT(other.asked(), ElementsAre("GET/edit", "POST/serviceaccounts", "GET/robot"));
}

}  // namespace
}  // namespace kplane::tests
