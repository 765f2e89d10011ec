// What is sent for an agent's account, and what is read of the answer.
#include "agent/agent_objects.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <kplane/error.hpp>

#include "support/documents.hpp"

namespace kplane::detail {
namespace {

using nlohmann::json;

const AgentNames kAgent{"robot", "team", "i1"};
const json kLabels = {{"app.kubernetes.io/managed-by", "kplane-cpp"}, {"app.kubernetes.io/instance", "i1"}};

std::string refusal_of(const std::string& answer) {
  try {
    (void)decode_issued_token(tests::make_document(answer));
  } catch (const DecodeError& error) {
    return error.what();
  }
  return "it was accepted";
}

TEST(AgentObjects, ServiceAccountSaysWhoMadeIt) {
  EXPECT_EQ(json::parse(encode_service_account(kAgent)),
            (json{{"apiVersion", "v1"},
                  {"kind", "ServiceAccount"},
                  {"metadata", {{"name", "robot"}, {"namespace", "team"}, {"labels", kLabels}}}}));
}

TEST(AgentObjects, BindingGivesTheAccountAClusterRole) {
  json expected = {{"apiVersion", "rbac.authorization.k8s.io/v1"},
                   {"kind", "RoleBinding"},
                   {"metadata", {{"name", "robot"}, {"namespace", "team"}, {"labels", kLabels}}},
                   {"roleRef", {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "ClusterRole"}, {"name", "edit"}}},
                   {"subjects", json::array({{{"kind", "ServiceAccount"}, {"name", "robot"}, {"namespace", "team"}}})}};
  EXPECT_EQ(json::parse(encode_role_binding(kAgent, BindingScope::ns, {RoleKind::cluster_role, "edit"})), expected);
  expected["kind"] = "ClusterRoleBinding";
  expected["metadata"].erase("namespace");
  EXPECT_EQ(json::parse(encode_role_binding(kAgent, BindingScope::cluster, {RoleKind::cluster_role, "edit"})),
            expected);
  expected["roleRef"] = {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "Role"}, {"name", "robot"}};
  EXPECT_EQ(json::parse(encode_role_binding(kAgent, BindingScope::cluster, {RoleKind::role, "robot"})), expected);
}

TEST(AgentObjects, RoleHoldsTheRules) {
  json expected = {{"apiVersion", "rbac.authorization.k8s.io/v1"},
                   {"kind", "Role"},
                   {"metadata", {{"name", "robot"}, {"namespace", "team"}, {"labels", kLabels}}},
                   {"rules", json::array({{{"verbs", {"get"}}}, {{"verbs", {"list"}}}})}};
  const std::vector<PolicyRule> rules{{R"({"verbs":["get"]})"}, {R"({"verbs":["list"]})"}};
  EXPECT_EQ(json::parse(encode_role(kAgent, RoleKind::role, rules)), expected);
  expected["kind"] = "ClusterRole";
  expected["metadata"].erase("namespace");
  EXPECT_EQ(json::parse(encode_role(kAgent, RoleKind::cluster_role, rules)), expected);
}

TEST(AgentObjects, TokenRequestSaysForHowLong) {
  EXPECT_EQ(json::parse(encode_token_request(kAgent, std::chrono::hours{2})),
            (json{{"apiVersion", "authentication.k8s.io/v1"},
                  {"kind", "TokenRequest"},
                  {"metadata", {{"name", "robot"}, {"namespace", "team"}}},
                  {"spec", {{"expirationSeconds", 7200}}}}));
}

TEST(AgentObjects, TextThatIsNoUtf8IsMended) {
  EXPECT_TRUE(json::accept(encode_role_binding({"\xff", "team", "i1"}, BindingScope::ns, {RoleKind::role, "\xfe"})));
}

TEST(AgentObjects, AreToldByTheirInstance) {
  EXPECT_TRUE(is_made_for(kAgent, tests::make_object(encode_service_account(kAgent))));
  EXPECT_FALSE(is_made_for(kAgent, tests::make_object(encode_service_account({"robot", "team", "i2"}))));
  EXPECT_FALSE(is_made_for(kAgent, tests::make_object(R"({"metadata":{"name":"robot"}})")));
}

TEST(AgentObjects, IssuedTokenMayEndBeyondTheClock) {
  const auto end_of = [](const std::string& time) {
    return decode_issued_token(
               tests::make_document(R"({"status":{"token":"t","expirationTimestamp":")" + time + R"("}})"))
        .expires_at;
  };
  EXPECT_EQ(end_of("9999-12-31T23:59:59Z"), std::chrono::system_clock::time_point::max());
  EXPECT_EQ(end_of("0001-01-01T00:00:00Z"), std::chrono::system_clock::time_point());
}

TEST(AgentObjects, IssuedTokenComesWithItsEnd) {
  const IssuedToken issued = decode_issued_token(tests::make_document(
      R"({"kind":"TokenRequest","status":{"token":"to\/ken","expirationTimestamp":"1970-01-01T00:01:00Z"}})"));
  EXPECT_EQ(issued.token, "to/ken");
  EXPECT_EQ(issued.expires_at.time_since_epoch(), std::chrono::minutes{1});
}

TEST(AgentObjects, AnswerWithoutATokenIsRefusedWithoutBeingQuoted) {
  for (const char* answer :
       {"", "secret", "\"secret\"", "[\"secret\"]", R"({"status":{"expirationTimestamp":"1970-01-01T00:01:00Z"}})",
        R"({"status":{"token":"","expirationTimestamp":"1970-01-01T00:01:00Z"}})", R"({"status":{"token":7}})",
        R"({"status":{"token":"secret\n","expirationTimestamp":"1970-01-01T00:01:00Z"}})",
        R"({"status":{"token":"secret\u0000","expirationTimestamp":"1970-01-01T00:01:00Z"}})",
        R"({"status":{"token":"secr\u00e9t secret","expirationTimestamp":"1970-01-01T00:01:00Z"}})",
        R"({"status":{"token":"secret"}})", R"({"status":{"token":"secret","expirationTimestamp":"secret"}})",
        R"({"status":{"token":"secret)", R"({"status":"secret"})", R"({"status":{"token":"secret"}}x)"}) {
    const std::string why = refusal_of(answer);
    EXPECT_NE(why, "it was accepted") << answer;
    EXPECT_EQ(why.find("secret"), std::string::npos) << why;
  }
}

}  // namespace
}  // namespace kplane::detail
