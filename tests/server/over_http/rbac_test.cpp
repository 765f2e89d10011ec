// Authorization over HTTP: who may do what, who may act as whom, and the questions about it.
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "raw_http.hpp"

namespace {

using kplane::testing::LocalServer;
using nlohmann::json;

constexpr const char kPlane[] = "/clusters/a/control-plane";
const std::string kMaps = std::string(kPlane) + "/api/v1/namespaces/default/configmaps";
const std::string kRbac = std::string(kPlane) + "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
const std::string kReviews = std::string(kPlane) + "/apis/authorization.k8s.io/v1";

class LocalServerRbac : public ::testing::Test {
 protected:
  LocalServerRbac() {
    server_.add_user("alices", "alice", {"devs"});
    alice_.with_token("alices");
  }
  void give(const std::string& name, const std::string& rules) {
    ASSERT_EQ(admin_.send("POST", kRbac + "/roles", R"({"metadata":{"name":")" + name + R"("},"rules":)" + rules + "}")
                  .status,
              201);
    ASSERT_EQ(admin_
                  .send("POST", kRbac + "/rolebindings",
                        R"({"metadata":{"name":")" + name + R"("},"roleRef":{"kind":"Role","name":")" + name +
                            R"("},"subjects":[{"kind":"User","name":"alice"}]})")
                  .status,
              201);
  }

  LocalServer server_;
  raw::Connection admin_{server_};
  raw::Connection alice_{server_};
};

TEST_F(LocalServerRbac, RefusesWhatNoRoleGives) {
  const auto answer = alice_.get(kMaps);
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(
      json::parse(answer.body)["message"],
      R"(configmaps is forbidden: User "alice" cannot list resource "configmaps" in API group "" in the namespace "default")");
  EXPECT_EQ(alice_.get(std::string(kPlane) + "/apis/nothing.example.com/v1/things").status, 403)
      << "403 comes before 404";
  EXPECT_EQ(alice_.get(std::string(kPlane) + "/version").status, 200);
  EXPECT_EQ(alice_.get(std::string(kPlane) + "/state").status, 403);
}

TEST_F(LocalServerRbac, ABindingCountsAtOnce) {
  give("reader", R"([{"verbs":["list"],"apiGroups":[""],"resources":["configmaps"]}])");
  EXPECT_EQ(alice_.get(kMaps).status, 200);
  EXPECT_EQ(alice_.send("POST", kMaps, R"({"metadata":{"name":"x"}})").status, 403);
  ASSERT_EQ(admin_.send("DELETE", kRbac + "/rolebindings/reader").status, 200);
  EXPECT_EQ(alice_.get(kMaps).status, 403);
}

TEST_F(LocalServerRbac, NobodyGivesWhatTheyDoNotHave) {
  give("manager",
       R"([{"verbs":["*"],"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles","rolebindings"]}])");
  const std::string role =
      R"({"metadata":{"name":"more"},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["secrets"]}]})";
  give("editor", R"([{"verbs":["get"],"apiGroups":[""],"resources":["configmaps"]}])");
  EXPECT_EQ(alice_.send("POST", kRbac + "/roles", role).status, 201) << "every verb on roles includes escalate";
  ASSERT_EQ(admin_.send("DELETE", kRbac + "/rolebindings/manager").status, 200);
  give(
      "writer",
      R"([{"verbs":["create","update"],"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles","rolebindings"]}])");
  const auto refused = alice_.send(
      "POST", kRbac + "/roles",
      R"({"metadata":{"name":"evil"},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["secrets"]}]})");
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.body.find("attempting to grant RBAC permissions not currently held"), std::string::npos)
      << refused.body;
  const auto bound = alice_.send(
      "POST", kRbac + "/rolebindings",
      R"({"metadata":{"name":"self"},"roleRef":{"kind":"ClusterRole","name":"cluster-admin"},"subjects":[{"kind":"User","name":"alice"}]})");
  EXPECT_EQ(bound.status, 403) << bound.body;
}

TEST_F(LocalServerRbac, AnswersQuestionsAboutAccess) {
  const std::string question =
      R"({"spec":{"resourceAttributes":{"namespace":"default","verb":"list","resource":"configmaps"}}})";
  const auto ask = [&](raw::Connection& who) {
    const auto answer = who.send("POST", kReviews + "/selfsubjectaccessreviews", question);
    EXPECT_EQ(answer.status, 201) << answer.body;
    return json::parse(answer.body)["status"]["allowed"].get<bool>();
  };
  EXPECT_TRUE(ask(admin_));
  EXPECT_FALSE(ask(alice_));
  give("reader", R"([{"verbs":["list"],"apiGroups":[""],"resources":["configmaps"]}])");
  EXPECT_TRUE(ask(alice_));
  const auto rules = alice_.send("POST", kReviews + "/selfsubjectrulesreviews", R"({"spec":{"namespace":"default"}})");
  EXPECT_EQ(rules.status, 201);
  EXPECT_NE(rules.body.find("configmaps"), std::string::npos);
  EXPECT_EQ(alice_.send("POST", kReviews + "/subjectaccessreviews", question).status, 403);
}

}  // namespace
