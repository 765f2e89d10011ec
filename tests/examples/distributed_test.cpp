// distributed: that several processes give the result of one, and leave nothing behind.
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <kplane/client.hpp>
#include <kplane/rl/recording.hpp>
#include <kplane/testing/local_server.hpp>

#include "local_environment.hpp"
#include "program.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::string> small_run = {"--planes", "4", "--updates", "2", "--episodes", "2", "--seed", "7"};

/// What an Indexed Job's pod has in its environment.
Environment environment_of_pod(const testing::LocalServer& server, int index) {
  Environment environment = environment_of(server);
  environment["JOB_COMPLETION_INDEX"] = std::to_string(index);
  environment["KPLANE_SHARD_SIZE"] = "4";
  environment["KPLANE_RUN_ID"] = "7e1c6a0e-5b7c-4c0f-9c57-000000000001";
  return environment;
}

class Pods {
 public:
  Pods(const testing::LocalServer& server, const std::vector<std::string>& arguments) {
    for (int index = 0; index < 4; ++index) {
      pods_.push_back(std::make_unique<Program>(KPLANE_DISTRIBUTED, arguments, environment_of_pod(server, index)));
    }
  }

  [[nodiscard]] Program& operator[](std::size_t index) { return *pods_.at(index); }

  /// @return the output of rank 0
  [[nodiscard]] std::string wait() {
    std::string out;
    for (std::size_t index = 0; index < pods_.size(); ++index) {
      const ProgramResult result = pods_[index]->wait();
      EXPECT_EQ(result.exit_code, 0) << result.err;
      if (index == 0) {
        out = result.out;
      } else {
        EXPECT_EQ(result.out, "");
      }
    }
    return out;
  }

 private:
  std::vector<std::unique_ptr<Program>> pods_;
};

std::string output_of_one_process() {
  const ProgramResult result = run_program(KPLANE_DISTRIBUTED, small_run);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("checksum"));
  return result.out;
}

TEST(Distributed, GivesTheResultOfOneProcessAsPodsOfAnIndexedJob) {
  testing::LocalServer server;
  const TemporaryDirectory directory;
  std::vector<std::string> arguments = small_run;
  arguments.insert(arguments.end(), {"--record", (directory.path() / "run").string()});
  EXPECT_EQ(Pods(server, arguments).wait(), output_of_one_process());
  EXPECT_THAT(server.client().list_fleets(), IsEmpty());
  std::size_t episodes = 0;
  for (int rank = 0; rank < 4; ++rank) {
    const std::string file = "run-" + std::to_string(rank) + ".jsonl.zst";
    episodes += rl::Recording((directory.path() / file).string()).episodes().size();
  }
  EXPECT_EQ(episodes, 16U);
}

TEST(Distributed, CleansUpWhenItsPodsAreTerminated) {
  testing::LocalServer server;
  Pods pods(server, {"--planes", "4", "--updates", "1000000"});
  while (pods[0].read_line().find("    0") == std::string::npos) {
  }
  for (std::size_t index = 0; index < 4; ++index) pods[index].send_signal(SIGTERM);
  for (std::size_t index = 0; index < 4; ++index) EXPECT_NE(pods[index].wait().exit_code, 0);
  EXPECT_THAT(server.client().list_fleets(), IsEmpty());
}

TEST(Distributed, SaysWhatItNeeds) {
  const Environment two_ranks = {{"RANK", "0"}, {"WORLD_SIZE", "2"}};
  const ProgramResult result = run_program(KPLANE_DISTRIBUTED, small_run, two_ranks);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("KPLANE_HOST"));
  EXPECT_THAT(run_program(KPLANE_DISTRIBUTED, {"--episodes", "0"}).err, HasSubstr("--episodes must be at least 1"));
  EXPECT_THAT(run_program(KPLANE_DISTRIBUTED, {}, {{"RANK", "0"}}).err, HasSubstr("WORLD_SIZE"));
}

#ifdef KPLANE_MPIRUN
TEST(Distributed, GivesTheResultOfOneProcessUnderMpirun) {
  testing::LocalServer server;
  std::vector<std::string> arguments = {"--allow-run-as-root", "--oversubscribe", "-np", "4", KPLANE_DISTRIBUTED};
  arguments.insert(arguments.end(), small_run.begin(), small_run.end());
  const ProgramResult result = run_program(KPLANE_MPIRUN, arguments, environment_of(server));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, output_of_one_process());
  EXPECT_THAT(server.client().list_fleets(), IsEmpty());
}
#endif

}  // namespace
}  // namespace kplane::tests
