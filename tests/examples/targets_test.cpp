// The examples that end by themselves, against another process: a kplane-local, over HTTP and over HTTPS.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "kplane_local.hpp"
#include "program.hpp"

namespace kplane::tests {
namespace {

class Targets : public ::testing::TestWithParam<bool> {};

INSTANTIATE_TEST_SUITE_P(Http, Targets, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Https, Targets, ::testing::Values(true));

TEST_P(Targets, AllExamplesRunAgainstKplaneLocal) {
  KplaneLocal server(GetParam());
  for (const char* path : {KPLANE_QUICKSTART, KPLANE_ERRORS}) {
    const ProgramResult result = run_program(path, {}, server.environment());
    EXPECT_EQ(result.exit_code, 0) << path << ": " << result.err;
    EXPECT_EQ(result.err, "") << path;
  }
  const ProgramResult rollout =
      run_program(KPLANE_ROLLOUT, {"--planes", "4", "--steps", "2", "--json"}, server.environment());
  EXPECT_EQ(rollout.exit_code, 0) << rollout.err;
  EXPECT_EQ(nlohmann::json::parse(rollout.out).at("steps").back().at("scored"), 4);
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace kplane::tests
