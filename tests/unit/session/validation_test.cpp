// What is refused before any I/O.
#include "session/validation.hpp"

#include <gtest/gtest.h>

#include <string>

#include <kplane/error.hpp>

namespace kplane::detail {
namespace {

TEST(ClusterId, FollowsTheContractsPattern) {
  for (const char* id : {"a", "0", "team-alpha", "A.b_c-9", "a..b"}) EXPECT_NO_THROW(check_cluster_id(id)) << id;
  for (const char* id : {"", ".", "..", "-a", "_a", ".a", "a/b", "a%2fb", "a?b", "a\nb", "a b", "a#", "\xc3\xa9"}) {
    EXPECT_THROW(check_cluster_id(id), ConfigError) << id;
  }
  EXPECT_THROW(check_cluster_id(std::string_view("a\0b", 3)), ConfigError);
}

TEST(ClusterId, IsALabelsValueToo) {
  EXPECT_NO_THROW(check_cluster_id(std::string(63, 'a')));
  EXPECT_THROW(check_cluster_id(std::string(64, 'a')), ConfigError);
  for (const char* id : {"a-", "a_", "a.", "team-alpha--"}) EXPECT_THROW(check_cluster_id(id), ConfigError) << id;
}

TEST(ResourceName, IsNoClusterId) { EXPECT_NO_THROW(check_resource_name(std::string(100, 'a'))); }

TEST(FleetName, IsAnRfc1123Subdomain) {
  for (const char* name : {"a", "rl-rollout", "a.b-c.9"}) EXPECT_NO_THROW(check_fleet_name(name)) << name;
  for (const char* name : {"", "A", "a_b", "-a", "a-", "a..b", ".a", "a.", "a.-b", "a/b"}) {
    EXPECT_THROW(check_fleet_name(name), ConfigError) << name;
  }
  EXPECT_THROW(check_fleet_name(std::string(254, 'a')), ConfigError);
}

TEST(Spec, NegativeNumbersAreRefused) {
  FleetSpec spec;
  spec.replicas = -1;
  EXPECT_THROW((void)checked_spec(spec), ConfigError);
  spec.replicas = 1;
  spec.ttl_seconds = -1;
  EXPECT_THROW((void)checked_spec(spec), ConfigError);
}

TEST(Spec, ReplicasThatNoStatusCanHoldAreRefused) {
  FleetSpec spec;
  spec.replicas = 15'000;
  EXPECT_NO_THROW((void)checked_spec(spec));
  for (const std::int32_t replicas : {15'001, 2'147'483'647}) {
    spec.replicas = replicas;
    EXPECT_THROW((void)checked_spec(spec), ConfigError) << replicas;
  }
  FleetSpec named;
  for (int i = 0; i <= 15'000; ++i) named.names.push_back("n" + std::to_string(i));
  EXPECT_THROW((void)checked_spec(named), ConfigError);
}

TEST(MemberIds, AreThePrefixAndAnIndex) {
  FleetSpec spec;
  EXPECT_EQ(member_id("rl", spec, 0), "rl-0000");
  EXPECT_EQ(member_id("rl", spec, 10'000), "rl-10000");
  spec.name_prefix = "p.";
  EXPECT_EQ(member_id("rl", spec, 7), "p.0007");
}

TEST(MemberIds, AreCheckedWithTheLongestIndex) {
  FleetSpec spec;
  const std::string longest(58, 'a');  // with a hyphen and four digits: 63
  spec.replicas = 10'000;
  EXPECT_NO_THROW(check_member_ids(longest, spec));
  spec.replicas = 10'001;
  EXPECT_THROW(check_member_ids(longest, spec), ConfigError);
  spec.replicas = 1;
  EXPECT_THROW(check_member_ids(longest + 'a', spec), ConfigError);
  spec.name_prefix = "p-";
  EXPECT_NO_THROW(check_member_ids(longest + 'a', spec));
  spec.name_prefix = std::string(60, 'p');
  EXPECT_THROW(check_member_ids("rl", spec), ConfigError);
  spec.replicas = 0;
  EXPECT_NO_THROW(check_member_ids("rl", spec)) << "it has none";
}

TEST(Spec, NamesAndReplicasMustAgree) {
  FleetSpec spec;
  spec.names = {"a", "b"};
  spec.replicas = 3;
  EXPECT_THROW((void)checked_spec(spec), ConfigError);
  spec.replicas = 2;
  EXPECT_EQ(checked_spec(spec).replicas, 2);
  spec.replicas = 0;
  EXPECT_EQ(checked_spec(spec).replicas, 2) << "left out, it is their number";
}

TEST(Spec, NamesMustBeDistinctIds) {
  FleetSpec spec;
  spec.names = {"a", "a"};
  EXPECT_THROW((void)checked_spec(spec), ConfigError);
  spec.names = {"a", "../b"};
  EXPECT_THROW((void)checked_spec(spec), ConfigError);
  spec.names = {"a", "b-"};
  EXPECT_THROW((void)checked_spec(spec), ConfigError);
  spec.names = {"a", std::string(64, 'b')};
  EXPECT_THROW((void)checked_spec(spec), ConfigError);
}

TEST(Spec, PrefixMustBeginAnId) {
  FleetSpec spec;
  spec.replicas = 1;
  spec.name_prefix = "-x";
  EXPECT_THROW((void)checked_spec(spec), ConfigError);
  spec.name_prefix = "x/";
  EXPECT_THROW((void)checked_spec(spec), ConfigError);
  spec.name_prefix = "x-";
  EXPECT_NO_THROW((void)checked_spec(spec));
}

TEST(Options, AreCheckedOneByOne) {
  const auto refused = [](auto change) {
    ClientOptions options;
    change(options);
    EXPECT_THROW(check_client_options(options), ConfigError);
  };
  EXPECT_NO_THROW(check_client_options({}));
  refused([](ClientOptions& o) { o.connect_timeout = std::chrono::milliseconds{0}; });
  refused([](ClientOptions& o) { o.request_timeout = std::chrono::milliseconds{-1}; });
  refused([](ClientOptions& o) { o.max_connections = 0; });
  refused([](ClientOptions& o) { o.retry.max_attempts = 0; });
  refused([](ClientOptions& o) { o.retry.initial_backoff = std::chrono::milliseconds{-1}; });
  refused([](ClientOptions& o) { o.retry.max_backoff = std::chrono::milliseconds{1}; });
  refused([](ClientOptions& o) { o.ca_file = "/nowhere/ca.pem"; });
  refused([](ClientOptions& o) { o.ca_pem = "not pem"; });
  refused([](ClientOptions& o) {
    o.ca_pem = "-----BEGIN CERTIFICATE-----";
    o.ca_file = "/dev/null";
  });
  refused([](ClientOptions& o) { o.user_agent = "a\r\nX: y"; });
}

TEST(TokenChannel, PlainHttpToAnotherMachineNeedsAWord) {
  EXPECT_THROW(check_token_channel(true, false, false), ConfigError);
  EXPECT_NO_THROW(check_token_channel(true, false, true));
  EXPECT_NO_THROW(check_token_channel(true, true, false));
  EXPECT_NO_THROW(check_token_channel(false, false, false));
}

}  // namespace
}  // namespace kplane::detail
