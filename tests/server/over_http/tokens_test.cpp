// LocalServer's TokenRequests over HTTP: from the request for a token to what the token opens.
#include <chrono>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "raw_http.hpp"

namespace {

using kplane::testing::LocalServer;
using nlohmann::json;

constexpr const char kAccounts[] = "/clusters/a/control-plane/api/v1/namespaces/default/serviceaccounts";
constexpr const char kToken[] = "/clusters/a/control-plane/api/v1/namespaces/default/serviceaccounts/robot/token";
constexpr const char kPods[] = "/clusters/a/control-plane/api/v1/pods";
constexpr const char kBindings[] = "/clusters/a/control-plane/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
constexpr const char kBinding[] =
    R"({"metadata":{"name":"robots"},"roleRef":{"kind":"ClusterRole","name":"cluster-admin"},
    "subjects":[{"kind":"ServiceAccount","namespace":"default","name":"robot"}]})";

class ServiceAccountTokens : public ::testing::Test {
 protected:
  ServiceAccountTokens() {
    EXPECT_EQ(admin_.send("POST", kAccounts, R"({"metadata":{"name":"robot"}})").status, 201);
    EXPECT_EQ(admin_.send("POST", kBindings, kBinding).status, 201);
    robot_.with_token(issue());
  }

  std::string issue() {
    const auto answer = admin_.send("POST", kToken, "{}");
    EXPECT_EQ(answer.status, 201) << answer.body;
    return json::parse(answer.body)["status"]["token"];
  }

  LocalServer server_;
  raw::Connection admin_{server_};
  raw::Connection robot_{server_};
};

TEST_F(ServiceAccountTokens, OpenTheirPlaneAlone) {
  EXPECT_EQ(robot_.get(kPods).status, 200);
  EXPECT_EQ(robot_.get("/clusters/b/control-plane/api/v1/pods").status, 401);
  EXPECT_EQ(robot_.get("/api/v1/pods").status, 401) << "nor the root plane";
  EXPECT_EQ(robot_.send("POST", kToken, "{}").status, 201) << "they may ask for their successors";
}

TEST_F(ServiceAccountTokens, ExpireByAClockThatTestsMove) {
  server_.advance_token_clock(std::chrono::minutes(59));
  EXPECT_EQ(robot_.get(kPods).status, 200);
  server_.advance_token_clock(std::chrono::minutes(1));
  EXPECT_EQ(robot_.get(kPods).status, 401);
  EXPECT_EQ(robot_.with_token(issue()).get(kPods).status, 200);
  EXPECT_THROW(server_.advance_token_clock(std::chrono::seconds(-1)), kplane::ConfigError);
}

TEST_F(ServiceAccountTokens, EndWhenTheyAreRevoked) {
  const std::string token = issue();
  server_.revoke_token(token);
  EXPECT_EQ(robot_.get(kPods).status, 200);
  EXPECT_EQ(robot_.with_token(token).get(kPods).status, 401);
}

TEST_F(ServiceAccountTokens, EndWithTheirAccount) {
  ASSERT_EQ(admin_.send("DELETE", std::string(kAccounts) + "/robot").status, 200);
  EXPECT_EQ(robot_.get(kPods).status, 401);
  EXPECT_EQ(admin_.send("POST", kToken, "{}").status, 404);
}

TEST_F(ServiceAccountTokens, OutliveARestart) {
  server_.restart();
  EXPECT_EQ(robot_.get(kPods).status, 200);
}

TEST_F(ServiceAccountTokens, AreForThoseWhoAreKnown) {
  raw::Connection anonymous(server_);
  const auto answer = anonymous.without_token().send("POST", kToken, "{}");
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(json::parse(answer.body)["message"],
            "serviceaccounts \"robot\" is forbidden: User \"system:anonymous\" cannot create resource "
            "\"serviceaccounts/token\" in API group \"\" in the namespace \"default\"");
}

}  // namespace
