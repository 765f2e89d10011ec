// Credentials, scripted faults and counts.
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "local_server/auth/tokens.hpp"
#include "local_server/script/faults.hpp"
#include "local_server/script/traffic.hpp"

namespace kplane::testing::server {
namespace {

TEST(Tokens, AreGoodEverywhereOrInOnePlane) {
  Tokens tokens;
  tokens.accept_everywhere("all", authenticated_user("anne", {}));
  tokens.accept_in("a", "one", authenticated_user("bob", {}));
  EXPECT_EQ(tokens.find("a", "all")->name, "anne");
  EXPECT_EQ(tokens.find("a", "one")->name, "bob");
  EXPECT_FALSE(tokens.find("b", "one"));
}

TEST(Tokens, StandBehindTheirScheme) {
  EXPECT_EQ(bearer_token("Bearer all"), "all");
  EXPECT_EQ(bearer_token("bearer all"), "all");
  EXPECT_FALSE(bearer_token("Basic all"));
  EXPECT_FALSE(bearer_token(std::nullopt));
}

TEST(Tokens, AreRefusedOnceRevoked) {
  Tokens tokens;
  tokens.accept_everywhere("all", authenticated_user("anne", {}));
  tokens.revoke("all");
  EXPECT_FALSE(tokens.find("a", "all"));
}

Fault fault(std::string method, std::string path, int times) {
  Fault made;
  made.method = std::move(method);
  made.path_contains = std::move(path);
  made.times = times;
  return made;
}

TEST(Faults, StrikeOldestFirstAndAsOftenAsTold) {
  Faults faults;
  faults.add(fault("GET", "/state", 2));
  faults.add(fault("", "", -1));
  EXPECT_EQ(faults.strike("GET", "/clusters/a/control-plane/state")->method, "GET");
  EXPECT_EQ(faults.strike("POST", "/state")->method, "");
  EXPECT_EQ(faults.strike("GET", "/state")->method, "GET");
  EXPECT_EQ(faults.strike("GET", "/state")->method, "");
  faults.clear();
  EXPECT_FALSE(faults.strike("GET", "/state").has_value());
}

TEST(Faults, EndTheirWaitsWhenTheServerStops) {
  Faults faults;
  auto waiting = std::async(std::launch::async, [&] { return faults.wait(std::chrono::hours(1)); });
  faults.end_waits();
  EXPECT_FALSE(waiting.get());
  EXPECT_FALSE(faults.wait(std::chrono::hours(1))) << "one that begins later ends as well";
  faults.allow_waits();
  EXPECT_TRUE(faults.wait(std::chrono::milliseconds(1)));
}

TEST(Traffic, CountsByPathAndMethod) {
  Traffic traffic;
  std::string hooked;
  traffic.set_hook([&](const std::string& method, const std::string& target) { hooked = method + " " + target; });
  traffic.record("GET", "/a/state", "/a/state?warm=1");
  traffic.record("POST", "/a", "/a");
  EXPECT_EQ(traffic.total(), 2U);
  EXPECT_EQ(traffic.count("/a", ""), 2U);
  EXPECT_EQ(traffic.count("state", "GET"), 1U);
  EXPECT_EQ(traffic.count("state", "POST"), 0U);
  EXPECT_EQ(hooked, "POST /a");
}

}  // namespace
}  // namespace kplane::testing::server
