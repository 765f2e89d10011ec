// Label and field selectors: what they select, and how they are refused.
#include "local_server/store/selectors.hpp"

#include <string>

#include <gtest/gtest.h>

#include "local_server/base/status.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

const json kLabels = {{"app", "shop"}, {"tier", "web"}, {"replica", "3"}, {"example.com/role", ""}};

TEST(LabelSelector, SelectsByEachOperator) {
  for (const char* text :
       {"", "app=shop", "app==shop", "app!=bank", "app in (bank,shop)", "app notin (bank)", "app", "!gone",
        "app=shop,tier=web,!gone", " app = shop , tier in ( web ) ", "gone!=x", "gone notin (x,y)", "replica>2",
        "replica<4", "example.com/role", "example.com/role=", "example.com/role in ()", "app in (in,shop)"}) {
    EXPECT_TRUE(LabelSelector(text).matches(kLabels)) << text;
  }
}

TEST(LabelSelector, LeavesOutWhatDoesNotMatch) {
  for (const char* text :
       {"app=bank", "app!=shop", "app in (bank)", "app notin (shop,bank)", "gone", "!app", "app=shop,tier=db", "gone=x",
        "gone in (x)", "replica>3", "replica<3", "app>1", "gone>1", "app=", "app in (,)"}) {
    EXPECT_FALSE(LabelSelector(text).matches(kLabels)) << text;
  }
}

TEST(LabelSelector, TakesAnObjectWithoutLabelsForOneWithNone) {
  EXPECT_TRUE(LabelSelector("!app").matches(json()));
  EXPECT_FALSE(LabelSelector("app").matches(json()));
}

std::string problem_of(const std::string& text) {
  try {
    const LabelSelector selector(text);
    return {};
  } catch (const SelectorError& error) {
    return error.what();
  }
}

TEST(LabelSelector, SaysWhatIsMalformed) {
  EXPECT_EQ(problem_of("a b"), "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt");
  EXPECT_EQ(problem_of("a,"), "found '', expected: identifier after ','");
  EXPECT_EQ(problem_of("=a"), "found '=', expected: !, identifier, or 'end of string'");
  EXPECT_EQ(problem_of("a in b"), "unable to parse requirement: found 'b' expected: '('");
  EXPECT_EQ(problem_of("a in (b"), "unable to parse requirement: found '', expected: ',' or ')'");
  EXPECT_EQ(problem_of("a in (b=c)"), "unable to parse requirement: found '=', expected: ',' or ')'");
  EXPECT_EQ(problem_of("a=b=c"), "found '=', expected: ',' or 'end of string'");
  EXPECT_EQ(problem_of("a=(b"), "unable to parse requirement: found '(', expected: identifier");
  EXPECT_EQ(problem_of("!"), "unable to parse requirement: found '', expected: identifier");
  EXPECT_EQ(problem_of("!a=b"), "found '=', expected: ',' or 'end of string'");
  EXPECT_EQ(problem_of("a>b"),
            "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be "
            "an integer");
}

TEST(LabelSelector, RefusesKeysAndValuesThatNoLabelCanHave) {
  for (const std::string& text :
       {std::string("-a"), std::string("a/"), std::string("Upper.Case/a"), std::string("/a"), std::string("a=-b"),
        std::string("a=b%"), std::string(64, 'a'), "a=" + std::string(64, 'b'), std::string(254, 'a') + "/a"}) {
    EXPECT_NE(problem_of(text).find("Invalid value"), std::string::npos) << text;
  }
}

TEST(Selection, SelectsByNameAndNamespace) {
  const ResourceType& pods = *find_built_in("", "pods");
  const StoredObject pod(json{{"metadata", {{"name", "a"}, {"namespace", "default"}, {"labels", {{"k", "v"}}}}}});
  for (const char* text :
       {"metadata.name=a", "metadata.name==a", "metadata.name!=b", "metadata.namespace=default,metadata.name=a", ""}) {
    EXPECT_TRUE(Selection(pods, {{"fieldSelector", text}}).matches(pod)) << text;
  }
  for (const char* text : {"metadata.name=b", "metadata.name!=a", "metadata.name=a,metadata.namespace!=default"}) {
    EXPECT_FALSE(Selection(pods, {{"fieldSelector", text}}).matches(pod)) << text;
  }
  EXPECT_TRUE(Selection(pods, {{"fieldSelector", "metadata.name=a"}, {"labelSelector", "k=v"}}).matches(pod));
  EXPECT_FALSE(Selection(pods, {{"fieldSelector", "metadata.name=a"}, {"labelSelector", "k!=v"}}).matches(pod));
}

std::string refusal_of(const ResourceType& type, const char* parameter, const std::string& text) {
  try {
    const Selection selection(type, {{parameter, text}});
    return {};
  } catch (const StatusError& error) {
    const json status = json::parse(error.answer().body);
    EXPECT_EQ(error.answer().status, 400);
    EXPECT_EQ(status["reason"], "BadRequest");
    return status["message"];
  }
}

TEST(Selection, RefusesAsTheRealServerDoes) {
  const ResourceType& pods = *find_built_in("", "pods");
  EXPECT_EQ(refusal_of(pods, "fieldSelector", "foo.bar=baz"), "field label not supported: foo.bar");
  EXPECT_EQ(refusal_of(*find_built_in("", "configmaps"), "fieldSelector", "foo.bar=baz"),
            R"("foo.bar" is not a known field selector: only "metadata.name", "metadata.namespace")");
  EXPECT_EQ(refusal_of(fleet_type(), "fieldSelector", "spec.replicas=1"), "field label not supported: spec.replicas");
  EXPECT_EQ(refusal_of(fleet_type(), "fieldSelector", "metadata.namespace=a"),
            "field label not supported: metadata.namespace");
  EXPECT_EQ(refusal_of(pods, "fieldSelector", "metadata.name"),
            "invalid selector: 'metadata.name'; can't understand 'metadata.name'");
  EXPECT_EQ(refusal_of(pods, "labelSelector", "a,"), "found '', expected: identifier after ','");
}

}  // namespace
}  // namespace kplane::testing::server
