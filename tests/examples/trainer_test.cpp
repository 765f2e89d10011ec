// trainer: that it learns, records what it did, and leaves nothing behind.
#include <csignal>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <kplane/client.hpp>
#include <kplane/rl/recording.hpp>
#include <kplane/rl/replay.hpp>
#include <kplane/testing/local_server.hpp>

#include "local_environment.hpp"
#include "program.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::tests {
namespace {

/// The mean returns that it printed.
std::vector<double> returns_of(const std::string& out) {
  std::vector<double> returns;
  std::istringstream lines(out);
  std::string line;
  std::getline(lines, line);  // the heading
  while (std::getline(lines, line) && !line.empty()) {
    std::istringstream fields(line);
    int update = 0;
    double mean = 0;
    fields >> update >> mean;
    returns.push_back(mean);
  }
  return returns;
}

TEST(Trainer, Learns) {
  const ProgramResult result = run_program(KPLANE_TRAINER, {"--planes", "24", "--updates", "20"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const std::vector<double> returns = returns_of(result.out);
  ASSERT_EQ(returns.size(), 20U);
  EXPECT_LT(returns.front(), 0.2);
  EXPECT_GT(returns.back(), 0.5);
}

TEST(Trainer, RecordsEveryStateAndLeavesNothingBehind) {
  testing::LocalServer server;
  const TemporaryDirectory directory;
  const std::string file = (directory.path() / "run.zst").string();
  const ProgramResult result =
      run_program(KPLANE_TRAINER, {"--planes", "3", "--updates", "2", "--record", file}, environment_of(server));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const rl::Recording recording(file);
  EXPECT_EQ(recording.episodes().size(), 6U);
  EXPECT_GE(recording.size(), 12U) << "a state when the shop is broken, and one for each action";
  EXPECT_TRUE(server.client().list_fleets().empty());
}

TEST(Trainer, SaysWhatIsWrongWithItsArguments) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--planes"}, {"--planes", "-1"}, {"--planets", "3"}, {"--updates", "many"}}) {
    const ProgramResult result = run_program(KPLANE_TRAINER, arguments);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.err.find("usage: trainer"), std::string::npos) << result.err;
  }
}

TEST(Trainer, CleansUpWhenItIsInterrupted) {
  testing::LocalServer server;
  Program program(KPLANE_TRAINER, {"--planes", "3", "--updates", "1000000"}, environment_of(server));
  while (program.read_line().find("    0") == std::string::npos) {
  }
  program.send_signal(SIGINT);
  EXPECT_EQ(program.wait().exit_code, 128 + SIGINT);
  EXPECT_TRUE(server.client().list_fleets().empty());
}

}  // namespace
}  // namespace kplane::tests
