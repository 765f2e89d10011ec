// rollout: what it promises about its output, its arguments, and a server that is not at its best.
#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <future>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <kplane/client.hpp>
#include <kplane/testing/local_server.hpp>

#include "local_environment.hpp"
#include "program.hpp"

namespace kplane::tests {
namespace {

using nlohmann::json;
using testing::LocalServer;

json run_rollout(std::vector<std::string> arguments, const Environment& environment = {}) {
  arguments.emplace_back("--json");
  const ProgramResult result = run_program(KPLANE_ROLLOUT, arguments, environment);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return json::parse(result.out);
}

/// What a seed determines: actions and scores, without rates and names.
json course(const json& rollout) {
  json steps = json::array();
  for (const json& step : rollout.at("steps")) {
    json planes = json::array();
    for (const json& plane : step.at("planes"))
      planes.push_back({plane.at("index"), plane.at("action"), plane.at("score")});
    steps.push_back({step.at("mean"), step.at("min"), step.at("max"), planes});
  }
  return {{"steps", steps}, {"best", rollout.at("best").at("index")}};
}

TEST(Rollout, TakesTheSameCourseForTheSameSeed) {
  const std::vector<std::string> arguments{"--planes", "4", "--steps", "2", "--seed", "7"};
  EXPECT_EQ(course(run_rollout(arguments)), course(run_rollout(arguments)));
}

TEST(Rollout, TakesAnotherCourseForAnotherSeed) {
  const std::vector<std::string> arguments{"--planes", "8", "--steps", "2", "--seed"};
  std::vector<std::string> one = arguments;
  one.emplace_back("1");
  std::vector<std::string> other = arguments;
  other.emplace_back("18446744073709551615");
  EXPECT_NE(course(run_rollout(one)), course(run_rollout(other)));
}

TEST(Rollout, ScoresEveryPlaneBetweenZeroAndOne) {
  const json rollout = run_rollout({"--planes", "5", "--steps", "2", "--seed", "3"});
  ASSERT_EQ(rollout.at("steps").size(), 3U);
  for (const json& step : rollout.at("steps")) {
    EXPECT_EQ(step.at("scored"), 5);
    EXPECT_GT(step.at("planes_per_second"), 0.0);
    ASSERT_EQ(step.at("planes").size(), 5U);
    for (const json& plane : step.at("planes")) {
      ASSERT_TRUE(plane.at("score").is_number()) << plane;
      EXPECT_GE(plane.at("score"), 0.0);
      EXPECT_LE(plane.at("score"), 1.0);
    }
  }
}

TEST(Rollout, OpensAllShopsBroken) {
  const json rollout = run_rollout({"--planes", "3", "--steps", "1"});
  EXPECT_EQ(rollout.at("steps").at(0).at("max"), 0.0);
}

TEST(Rollout, ChangesAScoreByOneCheckAStep) {
  const json rollout = run_rollout({"--planes", "6", "--steps", "3", "--seed", "5"});
  const json& steps = rollout.at("steps");
  for (std::size_t i = 1; i < steps.size(); ++i) {
    for (std::size_t plane = 0; plane < 6; ++plane) {
      const double before = steps[i - 1]["planes"][plane]["score"];
      const double after = steps[i]["planes"][plane]["score"];
      const std::string action = steps[i]["planes"][plane]["action"];
      const bool mends = action.rfind("mend ", 0) == 0;
      EXPECT_LE(mends ? after - before : before - after, 1.0 / 3 + 1e-9) << action;
      EXPECT_GE(mends ? after - before : before - after, 0.0) << action;
    }
  }
}

TEST(Rollout, PrintsATableAndTheBestPlane) {
  const ProgramResult result = run_program(KPLANE_ROLLOUT, {"--planes", "2", "--steps", "1"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("planes/s"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("best plane: number "), std::string::npos) << result.out;
  EXPECT_EQ(result.err, "") << "no progress bar where nobody looks";
}

TEST(Rollout, RefusesBadArguments) {
  const std::vector<std::vector<std::string>> bad{
      {"--planes", "0"}, {"--planes", "-1"}, {"--planes", "4x"}, {"--planes", ""}, {"--planes", "99999999999"},
      {"--planes"},      {"--steps", "0"},   {"--seed", "-1"},   {"--frob"},       {"4"},
  };
  for (const auto& arguments : bad) {
    const ProgramResult result = run_program(KPLANE_ROLLOUT, arguments);
    EXPECT_EQ(result.exit_code, 2) << arguments.front();
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err.rfind("rollout: ", 0), 0U) << result.err;
  }
}

TEST(Rollout, ExplainsItself) {
  const ProgramResult result = run_program(KPLANE_ROLLOUT, {"--help"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out.rfind("usage: rollout", 0), 0U) << result.out;
}

TEST(Rollout, LeavesNoFleetBehind) {
  const LocalServer server;
  run_rollout({"--planes", "2", "--steps", "1"}, environment_of(server));
  EXPECT_TRUE(server.client().list_fleets().empty());
  EXPECT_EQ(server.request_count("/apis/kplane.dev/v1/fleets", "POST"), 1U);
}

TEST(Rollout, GoesOnWhenOnePlaneFails) {
  LocalServer server;
  // Three objects are applied in each of four planes; what comes then is the first action.
  server.add_fault(
      {.method = "PATCH", .path_contains = "/namespaces/shop/", .every = 13, .status = 500, .body = "out of luck"});
  const json rollout = run_rollout({"--planes", "4", "--steps", "2"}, environment_of(server));
  int errors = 0;
  for (const json& plane : rollout.at("steps").at(1).at("planes")) errors += static_cast<int>(plane.contains("error"));
  EXPECT_EQ(errors, 1);
  EXPECT_EQ(rollout.at("steps").at(1).at("scored"), 4) << "a plane whose action failed can still be read";
  for (const json& plane : rollout.at("steps").at(2).at("planes")) EXPECT_FALSE(plane.contains("error")) << plane;
}

TEST(Rollout, OpensAShopLaterWhenItCouldNotAtFirst) {
  LocalServer server;
  server.add_fault(
      {.method = "PATCH", .path_contains = "/namespaces/shop/services", .status = 500, .body = "out of luck"});
  const json rollout = run_rollout({"--planes", "4", "--steps", "2"}, environment_of(server));
  EXPECT_EQ(rollout.at("steps").at(0).at("scored"), 3);
  EXPECT_EQ(rollout.at("steps").at(1).at("scored"), 4);
}

TEST(Rollout, PutsTheUsersShopIntoEveryPlane) {
  const std::string path = ::testing::TempDir() + "/rollout-shop.yaml";
  std::ofstream(path) << "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";
  const ProgramResult result = run_program(KPLANE_ROLLOUT, {"--planes", "2", "--steps", "1", "--json", "--shop", path});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("the shop has no Deployment shop/shop"), std::string::npos) << result.err;
  EXPECT_EQ(run_program(KPLANE_ROLLOUT, {"--shop", path + "-is-not-there"}).exit_code, 1);
}

std::string cluster_of(const std::string& target) {
  constexpr char kPrefix[] = "/clusters/";
  const std::size_t start = target.find(kPrefix) + sizeof kPrefix - 1;
  return target.substr(start, target.find('/', start) - start);
}

TEST(Rollout, DoesNotScoreASnapshotThatLagsBehind) {
  std::atomic<int> reads = 0;
  LocalServer server;
  // One plane, whose Deployments the server has not listed yet when it is read for the first two times.
  server.on_request([&](const std::string&, const std::string& target) {
    if (target.find("/control-plane/state") == std::string::npos) return;
    server.set_synced(cluster_of(target), "deployments", ++reads > 2);
  });
  const json rollout = run_rollout({"--planes", "1", "--steps", "1"}, environment_of(server));
  EXPECT_EQ(rollout.at("steps").at(0).at("scored"), 1);
  EXPECT_EQ(reads, 4) << "two that lagged, the one that did not, and that of step 1";
}

TEST(Rollout, RemovesItsFleetOnCtrlC) {
  std::promise<void> asked;
  std::atomic<bool> is_asked = false;
  // The controller would take an hour to call the second member ready, and asked itself, no member is.
  LocalServer server({.member_delay = std::chrono::hours(1)});
  server.on_request([&](const std::string&, const std::string& target) {
    if (target.find("/control-plane/readyz") == std::string::npos || cluster_of(target) == "root") return;
    server.set_unready(cluster_of(target), "not today");
    if (!is_asked.exchange(true)) asked.set_value();
  });
  Program program(KPLANE_ROLLOUT, {"--planes", "2"}, environment_of(server));
  asked.get_future().wait();
  program.send_signal(SIGINT);
  EXPECT_EQ(program.wait().exit_code, 130);
  EXPECT_TRUE(server.client().list_fleets().empty());
}

}  // namespace
}  // namespace kplane::tests
