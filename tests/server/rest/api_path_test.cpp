// Taking request targets apart.
#include "local_server/base/api_path.hpp"

#include <gtest/gtest.h>

namespace kplane::testing::server {
namespace {

TEST(RequestTarget, WithoutPrefixAddressesNoPlaneByName) {
  const auto target = parse_target("/api/v1/pods?limit=5&continue=a%2Bb+c");
  ASSERT_TRUE(target.has_value());
  EXPECT_FALSE(target->cluster.has_value());
  EXPECT_EQ(target->segments, (std::vector<std::string>{"api", "v1", "pods"}));
  EXPECT_EQ(target->query.at("limit"), "5");
  EXPECT_EQ(target->query.at("continue"), "a+b c");
}

TEST(RequestTarget, WithPrefixNamesItsPlane) {
  const auto target = parse_target("/clusters/rl-0000/control-plane/state");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->cluster, "rl-0000");
  EXPECT_EQ(target->segments, (std::vector<std::string>{"state"}));
}

TEST(RequestTarget, KeepsAnEscapedSlashInsideItsSegment) {
  const auto target = parse_target("/clusters/a%2fb/control-plane/readyz");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->cluster, "a/b");
  EXPECT_FALSE(is_cluster_id(*target->cluster));
}

TEST(RequestTarget, IsRefusedWhenMalformed) {
  for (const char* bad : {"", "x", "/%", "/%4", "/%zz", "/a%00b", "/a?%"}) {
    EXPECT_FALSE(parse_target(bad).has_value()) << bad;
  }
}

TEST(RequestTarget, DecodesAnEscapeAtItsVeryEnd) {
  const auto target = parse_target("/a%41");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->segments.front(), "aA");
}

TEST(ClusterId, FollowsThePattern) {
  for (const char* good : {"a", "A9", "team-alpha", "x_y.z"}) EXPECT_TRUE(is_cluster_id(good)) << good;
  for (const char* bad : {"", "-a", ".", "..", "a/b", "a b", "a\n", "_a", "\xc3\xa4"}) {
    EXPECT_FALSE(is_cluster_id(bad)) << bad;
  }
}

TEST(ApiPath, TellsNamespacesFromWhatLiesInThem) {
  const auto ns = parse_api_path({"api", "v1", "namespaces", "x"});
  ASSERT_TRUE(ns.has_value());
  EXPECT_EQ(ns->resource, "namespaces");
  EXPECT_EQ(ns->name, "x");
  const auto status = parse_api_path({"api", "v1", "namespaces", "x", "status"});
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(status->resource, "namespaces");
  EXPECT_EQ(status->subresource, "status");
  const auto pod = parse_api_path({"apis", "apps", "v1", "namespaces", "x", "deployments", "d", "status"});
  ASSERT_TRUE(pod.has_value());
  EXPECT_EQ(pod->group, "apps");
  EXPECT_EQ(pod->ns, "x");
  EXPECT_EQ(pod->resource, "deployments");
  EXPECT_EQ(pod->name, "d");
  EXPECT_EQ(pod->subresource, "status");
}

TEST(ApiPath, IsNoneWhenItNamesNoResource) {
  EXPECT_FALSE(parse_api_path({"api", "v1"}).has_value());
  EXPECT_FALSE(parse_api_path({"apis", "apps", "v1"}).has_value());
  EXPECT_FALSE(parse_api_path({"api", "v1", "pods", ""}).has_value());
  EXPECT_TRUE(parse_api_path({"api", "v1", "pods", "a", "b", "c"})->has_more);
}

}  // namespace
}  // namespace kplane::testing::server
