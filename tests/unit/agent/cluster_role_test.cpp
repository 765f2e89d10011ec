// ClusterRoles: how they are read, and what aggregated ones add up to.
#include "agent/cluster_role.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <kplane/error.hpp>

#include "support/documents.hpp"

namespace kplane::detail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

ClusterRole role_of(const std::string& text) { return decode_cluster_role(tests::make_object(text)); }

/// A rule that is told by its verb.
std::string rule(const std::string& verb) { return R"({"resources":["r"],"verbs":[")" + verb + R"("]})"; }

std::string plain(const std::string& name, const std::string& labels, const std::string& rules) {
  return R"({"metadata":{"name":")" + name + R"(","labels":)" + labels + R"(},"rules":)" + rules + "}";
}

std::string aggregated(const std::string& name, const std::string& labels, const std::string& selectors,
                       const std::string& rules = "null") {
  return R"({"metadata":{"name":")" + name + R"(","labels":)" + labels + R"(},"rules":)" + rules +
         R"(,"aggregationRule":{"clusterRoleSelectors":)" + selectors + "}}";
}

std::vector<ClusterRole> roles_of(const std::vector<std::string>& texts) {
  std::vector<ClusterRole> roles;
  for (const std::string& text : texts) roles.push_back(role_of(text));
  return roles;
}

/// The texts of the rules of the first role.
std::vector<std::string> sum_of(const std::vector<std::string>& texts) {
  const std::vector<ClusterRole> roles = roles_of(texts);
  std::vector<std::string> rules;
  for (const PolicyRule& each : aggregated_rules(roles.front(), roles)) rules.push_back(each.text);
  return rules;
}

bool is_selected(const std::string& selector, const Labels& labels) {
  return selects(role_of(aggregated("a", "{}", "[" + selector + "]")).selectors.at(0), labels);
}

TEST(ClusterRole, HasItsNameLabelsAndRules) {
  const ClusterRole read = role_of(
      plain("r", R"({"a":"b"})", R"([{"verbs":["get"],"apiGroups":[""]},{"verbs":["get"],"nonResourceURLs":["/x"]}])"));
  EXPECT_EQ(read.name, "r");
  EXPECT_THAT(read.labels, ElementsAre(std::pair<const std::string, std::string>("a", "b")));
  ASSERT_EQ(read.rules.size(), 2U);
  EXPECT_EQ(read.rules[0].text, R"({"apiGroups":[""],"verbs":["get"]})");
  EXPECT_FALSE(read.rules[0].is_non_resource);
  EXPECT_TRUE(read.rules[1].is_non_resource);
  EXPECT_THAT(read.selectors, IsEmpty());
}

TEST(ClusterRole, FieldThatIsNotKnownStaysInItsRule) {
  EXPECT_EQ(role_of(plain("r", "{}", R"([{"verbs":["get"],"only":{"b":1,"a":2}}])")).rules.at(0).text,
            R"({"only":{"a":2,"b":1},"verbs":["get"]})");
}

TEST(ClusterRole, WhatIsNullOrAbsentIsEmpty) {
  for (const char* text : {R"({"metadata":{"name":"r"}})",
                           R"({"metadata":{"name":"r","labels":null},"rules":null,"aggregationRule":null})",
                           R"({"metadata":{"name":"r"},"rules":[],"aggregationRule":{"clusterRoleSelectors":null}})"}) {
    const ClusterRole read = role_of(text);
    EXPECT_THAT(read.rules, IsEmpty());
    EXPECT_THAT(read.selectors, IsEmpty());
  }
}

TEST(ClusterRole, WhatIsNoneIsRefused) {
  for (const std::string& text :
       {std::string("{"), std::string("{}"), std::string(R"({"metadata":{"name":7}})"),
        plain("r", R"({"a":7})", "null"), plain("r", "{}", "[7]"), plain("r", "{}", R"("all")"),
        aggregated("r", "{}", R"([{"matchLabels":{"a":1}}])"),
        aggregated("r", "{}", R"([{"matchExpressions":[{"key":"a"}]}])"),
        aggregated("r", "{}", R"([{"matchExpressions":[{"key":"a","operator":"Gt","values":["1"]}]}])")}) {
    EXPECT_THROW((void)role_of(text), DecodeError) << text;
  }
}

TEST(ClusterRole, SelectorNeedsAllOfItsRequirements) {
  EXPECT_TRUE(is_selected(R"({"matchLabels":{"a":"1","b":"2"}})", {{"a", "1"}, {"b", "2"}, {"c", "3"}}));
  EXPECT_FALSE(is_selected(R"({"matchLabels":{"a":"1","b":"2"}})", {{"a", "1"}, {"b", "3"}}));
  EXPECT_FALSE(
      is_selected(R"({"matchLabels":{"a":"1"},"matchExpressions":[{"key":"b","operator":"Exists"}]})", {{"a", "1"}}));
  EXPECT_TRUE(is_selected("{}", {}));
}

TEST(ClusterRole, SelectorsHaveKubernetesOperators) {
  const std::string in = R"({"matchExpressions":[{"key":"a","operator":"In","values":["1","2"]}]})";
  EXPECT_TRUE(is_selected(in, {{"a", "2"}}));
  EXPECT_FALSE(is_selected(in, {{"a", "3"}}));
  EXPECT_FALSE(is_selected(in, {}));
  const std::string not_in = R"({"matchExpressions":[{"key":"a","operator":"NotIn","values":["1","2"]}]})";
  EXPECT_FALSE(is_selected(not_in, {{"a", "2"}}));
  EXPECT_TRUE(is_selected(not_in, {{"a", "3"}}));
  EXPECT_TRUE(is_selected(not_in, {}));
  const std::string exists = R"({"matchExpressions":[{"key":"a","operator":"Exists"}]})";
  EXPECT_TRUE(is_selected(exists, {{"a", ""}}));
  EXPECT_FALSE(is_selected(exists, {{"b", ""}}));
  const std::string absent = R"({"matchExpressions":[{"key":"a","operator":"DoesNotExist"}]})";
  EXPECT_FALSE(is_selected(absent, {{"a", ""}}));
  EXPECT_TRUE(is_selected(absent, {{"b", ""}}));
}

TEST(ClusterRole, AnySelectorBringsRules) {
  EXPECT_THAT(sum_of({aggregated("all", "{}", R"([{"matchLabels":{"a":"1"}},{"matchLabels":{"b":"1"}}])"),
                      plain("one", R"({"a":"1"})", "[" + rule("get") + "]"),
                      plain("two", R"({"b":"1"})", "[" + rule("list") + "]"),
                      plain("other", R"({"c":"1"})", "[" + rule("delete") + "]")}),
              UnorderedElementsAre(rule("get"), rule("list")));
}

TEST(ClusterRole, AggregatedPartsBringTheirOwnParts) {
  EXPECT_THAT(sum_of({aggregated("admin", "{}", R"([{"matchLabels":{"to":"admin"}}])"),
                      aggregated("edit", R"({"to":"admin"})", R"([{"matchLabels":{"to":"edit"}}])"),
                      aggregated("view", R"({"to":"edit"})", R"([{"matchLabels":{"to":"view"}}])"),
                      plain("v", R"({"to":"view"})", "[" + rule("get") + "]"),
                      plain("e", R"({"to":"edit"})", "[" + rule("create") + "]"),
                      plain("a", R"({"to":"admin"})", "[" + rule("bind") + "]")}),
              UnorderedElementsAre(rule("get"), rule("create"), rule("bind")));
}

TEST(ClusterRole, PartThatWasFilledCountsAsItIs) {
  EXPECT_THAT(
      sum_of({aggregated("edit", "{}", R"([{"matchLabels":{"to":"edit"}}])"),
              aggregated("view", R"({"to":"edit"})", R"([{"matchLabels":{"to":"view"}}])", "[" + rule("get") + "]"),
              plain("v", R"({"to":"view"})", "[" + rule("list") + "]")}),
      ElementsAre(rule("get")));
}

TEST(ClusterRole, RolesThatSelectEachOtherEnd) {
  EXPECT_THAT(
      sum_of({aggregated("a", R"({"x":"1"})", R"([{"matchLabels":{"x":"1"}},{"matchLabels":{"y":"1"}}])"),
              aggregated("b", R"({"x":"1","y":"1"})", R"([{}])"), plain("c", R"({"y":"1"})", "[" + rule("get") + "]")}),
      ElementsAre(rule("get")));
}

TEST(ClusterRole, SameRuleCountsOnce) {
  EXPECT_THAT(
      sum_of({aggregated("all", "{}", R"([{}])"), plain("one", "{}", R"([{"verbs":["get"],"resources":["r"]}])"),
              plain("two", "{}", "[" + rule("get") + "," + rule("get") + "]")}),
      ElementsAre(rule("get")));
}

TEST(ClusterRole, SelectorsThatSelectNothingBringNothing) {
  EXPECT_THAT(sum_of({aggregated("all", "{}", R"([{"matchLabels":{"a":"1"}}])"),
                      plain("other", "{}", "[" + rule("get") + "]")}),
              IsEmpty());
}

}  // namespace
}  // namespace kplane::detail
