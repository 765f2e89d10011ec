#include "local_server/auth/rbac.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "local_server/store/bootstrap.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr const char kRbac[] = "rbac.authorization.k8s.io";

class RbacTest : public ::testing::Test {
 protected:
  RbacTest() { bootstrap(store_); }

  void add(const char* resource, const std::string& ns, const std::string& name, json object) {
    object["metadata"] = {{"name", name}};
    ASSERT_NE(store_.create(*find_built_in(kRbac, resource), {ns, name}, std::move(object)), nullptr);
  }
  void give(const std::string& ns, const json& rules, const json& subject) {
    const std::string name = "r" + std::to_string(++made_);
    const bool everywhere = ns.empty();
    add(everywhere ? "clusterroles" : "roles", ns, name, {{"rules", rules}});
    add(everywhere ? "clusterrolebindings" : "rolebindings", ns, name,
        {{"roleRef", {{"kind", everywhere ? "ClusterRole" : "Role"}, {"name", name}}}, {"subjects", {subject}}});
  }
  [[nodiscard]] bool may(const User& user, const Access& access) const { return Rbac(store_).allows(user, access); }

  Store store_;
  const User alice_ = authenticated_user("alice", {"devs"});

 private:
  int made_ = 0;
};

json user_subject(const std::string& name) { return {{"kind", "User"}, {"name", name}}; }

Access get(const std::string& resource, const std::string& name, const std::string& ns = "default") {
  return {"get", "", resource, "", ns, name, ""};
}

TEST_F(RbacTest, AllowsNothingToWhomNothingIsBound) {
  EXPECT_FALSE(may(alice_, get("pods", "p")));
  EXPECT_FALSE(may(anonymous_user(), get("pods", "p")));
  EXPECT_TRUE(may(authenticated_user("root", {"system:masters"}), get("pods", "p")));
}

TEST_F(RbacTest, OpensDiscoveryToWhoeverIsKnown) {
  EXPECT_TRUE(may(alice_, {"get", "", "", "", "", "", "/apis/apps/v1"}));
  EXPECT_FALSE(may(alice_, {"get", "", "", "", "", "", "/metrics"}));
  EXPECT_FALSE(may(anonymous_user(), {"get", "", "", "", "", "", "/apis"}));
  EXPECT_TRUE(may(anonymous_user(), {"get", "", "", "", "", "", "/version"}));
  EXPECT_TRUE(may(alice_, {"create", "authorization.k8s.io", "selfsubjectaccessreviews", "", "", "", ""}));
}

TEST_F(RbacTest, RolesCountInTheirNamespaceAlone) {
  give("default", json::parse(R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}])"), user_subject("alice"));
  EXPECT_TRUE(may(alice_, get("pods", "p")));
  EXPECT_FALSE(may(alice_, get("pods", "p", "kube-system")));
  EXPECT_FALSE(may(alice_, get("pods", "", "")));
  EXPECT_FALSE(may(alice_, {"list", "", "pods", "", "default", "", ""}));
  EXPECT_FALSE(may(alice_, {"get", "apps", "pods", "", "default", "p", ""}));
  EXPECT_FALSE(may(authenticated_user("bob", {}), get("pods", "p")));
}

TEST_F(RbacTest, SubresourcesAreNamedByThemselves) {
  give("default", json::parse(R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods/log","*/status"]}])"),
       {{"kind", "Group"}, {"name", "devs"}});
  EXPECT_TRUE(may(alice_, {"get", "", "pods", "log", "default", "p", ""}));
  EXPECT_TRUE(may(alice_, {"get", "", "nodes", "status", "default", "n", ""}));
  EXPECT_FALSE(may(alice_, get("pods", "p")));
  EXPECT_FALSE(may(alice_, {"get", "", "pods", "exec", "default", "p", ""}));
}

TEST_F(RbacTest, NamesBoundARule) {
  give("default", json::parse(R"([{"verbs":["*"],"apiGroups":[""],"resources":["pods"],"resourceNames":["one"]}])"),
       {{"kind", "ServiceAccount"}, {"name", "bot"}});
  const User bot = service_account_user("default", "bot");
  EXPECT_TRUE(may(bot, get("pods", "one")));
  EXPECT_FALSE(may(bot, get("pods", "two")));
  EXPECT_FALSE(may(bot, {"create", "", "pods", "", "default", "", ""}));
  EXPECT_FALSE(may(service_account_user("kube-system", "bot"), get("pods", "one")))
      << "a subject without a namespace is of the binding's";
}

TEST_F(RbacTest, SaysWhichBindingAllows) {
  give("default", json::parse(R"([{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}])"), user_subject("alice"));
  EXPECT_EQ(Rbac(store_).decide(alice_, get("pods", "p")).reason,
            R"(RBAC: allowed by RoleBinding "r1/default" of Role "r1" to User "alice")");
}

TEST(UncoveredRules, AreThoseThatNoOwnedRuleHolds) {
  const std::vector<PolicyRule> owned = {{{"get", "list"}, {""}, {"pods", "*/scale"}, {}, {}},
                                         {{"get"}, {}, {}, {}, {"/logs/*"}}};
  EXPECT_TRUE(uncovered(owned, {{{"get"}, {""}, {"pods", "pods/scale"}, {}, {}}}).empty());
  EXPECT_TRUE(uncovered(owned, {{{"get"}, {""}, {"pods"}, {"one"}, {}}}).empty());
  EXPECT_TRUE(uncovered(owned, {{{"get"}, {}, {}, {}, {"/logs/a"}}}).empty());
  const auto missing = uncovered(owned, {{{"get", "create", "delete"}, {""}, {"pods"}, {}, {}}});
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(shown_rule(missing[0]), R"({APIGroups:[""], Resources:["pods"], Verbs:["create" "delete"]})");
  EXPECT_EQ(uncovered({{{"get"}, {""}, {"pods"}, {"one"}, {}}}, {{{"get"}, {""}, {"pods"}, {}, {}}}).size(), 1U);
}

}  // namespace
}  // namespace kplane::testing::server
