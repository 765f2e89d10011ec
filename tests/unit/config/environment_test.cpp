// The KPLANE_… variables, without touching the process's environment.
#include "config/environment.hpp"

#include <gtest/gtest.h>

#include <kplane/error.hpp>

#include "support/environment.hpp"

namespace kplane::config {
namespace {

using tests::lookup_in;

TEST(Environment, HostIsRequiredAndNamed) {
  for (const auto& lookup : {lookup_in({}), lookup_in({{"KPLANE_HOST", ""}})}) {
    try {
      (void)from_environment({}, lookup);
      FAIL() << "accepted";
    } catch (const ConfigError& error) {
      EXPECT_NE(std::string(error.what()).find("KPLANE_HOST"), std::string::npos);
    }
  }
}

TEST(Environment, WhatIsSetReplacesTheOptions) {
  ClientOptions options;
  options.token_file = "/file";
  options.ca_pem = "pem";
  options.max_connections = 3;
  const ClientConfig target = from_environment(
      options,
      lookup_in(
          {{"KPLANE_HOST", "https://h"}, {"KPLANE_TOKEN", "t"}, {"KPLANE_CA_FILE", "/ca"}, {"KPLANE_INSECURE", "1"}}));
  EXPECT_EQ(target.base_url, "https://h");
  EXPECT_EQ(target.options.token, "t");
  EXPECT_EQ(target.options.token_file, "");
  EXPECT_EQ(target.options.ca_file, "/ca");
  EXPECT_EQ(target.options.ca_pem, "");
  EXPECT_FALSE(target.options.verify_tls);
  EXPECT_EQ(target.options.max_connections, 3U);
}

TEST(Environment, WhatIsUnsetOrEmptyLeavesTheOptions) {
  ClientOptions options;
  options.token = "mine";
  const ClientConfig target =
      from_environment(options, lookup_in({{"KPLANE_HOST", "https://h"}, {"KPLANE_TOKEN", ""}}));
  EXPECT_EQ(target.options.token, "mine");
  EXPECT_TRUE(target.options.verify_tls);
}

TEST(Environment, InsecureIsAClearYesOrNo) {
  const auto verify = [](const std::string& value) {
    return from_environment({}, lookup_in({{"KPLANE_HOST", "https://h"}, {"KPLANE_INSECURE", value}}))
        .options.verify_tls;
  };
  EXPECT_FALSE(verify("true"));
  EXPECT_TRUE(verify("0"));
  EXPECT_TRUE(verify("false"));
  EXPECT_THROW((void)verify("yes please"), ConfigError);
}

}  // namespace
}  // namespace kplane::config
