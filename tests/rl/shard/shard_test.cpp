#include <kplane/rl/shard.hpp>

#include <cstdlib>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <kplane/error.hpp>

#include "rl/shard/launcher_variables.hpp"

namespace kplane::rl {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using tests::LauncherVariables;
using Variables = std::map<std::string, std::string>;

std::string shard_in(const Variables& variables) {
  const LauncherVariables set(variables);
  const Shard shard = Shard::from_env();
  return std::to_string(shard.rank()) + '/' + std::to_string(shard.size());
}

/// What from_env() says is wrong with the variables; empty: nothing.
std::string complaint_about(const Variables& variables) {
  const LauncherVariables set(variables);
  try {
    static_cast<void>(Shard::from_env());
    return {};
  } catch (const ConfigError& error) {
    return error.what();
  }
}

std::string run_id_in(const Variables& variables) {
  const LauncherVariables set(variables);
  return run_id_from_env("trainer");
}

TEST(Shard, IsOneOfOneWithoutALauncher) {
  EXPECT_EQ(shard_in({}), "0/1");
  EXPECT_EQ(shard_in({{"OMPI_COMM_WORLD_RANK", ""}, {"WORLD_SIZE", ""}}), "0/1");
}

TEST(Shard, IsWhatEachLauncherSays) {
  EXPECT_EQ(shard_in({{"OMPI_COMM_WORLD_RANK", "2"}, {"OMPI_COMM_WORLD_SIZE", "4"}}), "2/4");
  EXPECT_EQ(shard_in({{"PMI_RANK", "0"}, {"PMI_SIZE", "3"}}), "0/3");
  EXPECT_EQ(shard_in({{"RANK", "7"}, {"WORLD_SIZE", "8"}}), "7/8");
  EXPECT_EQ(shard_in({{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "2"}}), "1/2");
  EXPECT_EQ(shard_in({{"JOB_COMPLETION_INDEX", "3"}, {"KPLANE_SHARD_SIZE", "4"}}), "3/4");
  EXPECT_EQ(shard_in({{"KPLANE_SHARD_RANK", "1"}, {"KPLANE_SHARD_SIZE", "4"}}), "1/4");
}

TEST(Shard, IsWhatSeveralLaunchersAgreeOn) {
  EXPECT_EQ(shard_in({{"PMI_RANK", "1"}, {"PMI_SIZE", "2"}, {"RANK", "1"}, {"WORLD_SIZE", "2"}}), "1/2");
  // In the script of a SLURM job, mpirun's processes all have the SLURM_PROCID of that script.
  EXPECT_EQ(
      shard_in(
          {{"OMPI_COMM_WORLD_RANK", "2"}, {"OMPI_COMM_WORLD_SIZE", "4"}, {"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}}),
      "2/4");
  EXPECT_EQ(shard_in({{"RANK", "5"}, {"WORLD_SIZE", "8"}, {"SLURM_NTASKS", "2"}}), "5/8");
  // torchrun in the pods of a Job.
  EXPECT_EQ(shard_in({{"RANK", "5"}, {"WORLD_SIZE", "8"}, {"JOB_COMPLETION_INDEX", "1"}}), "5/8");
}

TEST(Shard, NamesTheVariablesOfAHalfSetPair) {
  for (const auto& [one, other] : std::map<std::string, std::string>{{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                                                     {"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"},
                                                                     {"PMI_RANK", "PMI_SIZE"},
                                                                     {"PMI_SIZE", "PMI_RANK"},
                                                                     {"RANK", "WORLD_SIZE"},
                                                                     {"WORLD_SIZE", "RANK"},
                                                                     {"SLURM_PROCID", "SLURM_NTASKS"},
                                                                     {"SLURM_NTASKS", "SLURM_PROCID"},
                                                                     {"JOB_COMPLETION_INDEX", "KPLANE_SHARD_SIZE"},
                                                                     {"KPLANE_SHARD_RANK", "KPLANE_SHARD_SIZE"},
                                                                     {"KPLANE_SHARD_SIZE", "KPLANE_SHARD_RANK"}}) {
    EXPECT_THAT(complaint_about({{one, "1"}}), AllOf(HasSubstr(one + "=1"), HasSubstr("not " + other)));
  }
}

TEST(Shard, NamesTheVariablesOfAContradiction) {
  const Variables both = {
      {"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "2"}, {"RANK", "5"}, {"WORLD_SIZE", "8"}};
  EXPECT_THAT(complaint_about(both), AllOf(HasSubstr("OMPI_COMM_WORLD_RANK=0"), HasSubstr("OMPI_COMM_WORLD_SIZE=2"),
                                           HasSubstr("RANK=5"), HasSubstr("WORLD_SIZE=8")));
  EXPECT_THAT(complaint_about(
                  {{"PMI_RANK", "0"}, {"PMI_SIZE", "2"}, {"JOB_COMPLETION_INDEX", "1"}, {"KPLANE_SHARD_SIZE", "2"}}),
              AllOf(HasSubstr("PMI_RANK=0"), HasSubstr("JOB_COMPLETION_INDEX=1")));
  Variables settled = both;
  settled["KPLANE_SHARD_RANK"] = "3";
  settled["KPLANE_SHARD_SIZE"] = "4";
  EXPECT_EQ(shard_in(settled), "3/4");
}

TEST(Shard, RefusesWhatIsNoRank) {
  for (const char* rank : {"-1", "one", "1x", " 1", "99999999999999999999999", "4", "5"}) {
    EXPECT_THAT(complaint_about({{"RANK", rank}, {"WORLD_SIZE", "4"}}), HasSubstr("RANK=")) << rank;
  }
  EXPECT_THAT(complaint_about({{"RANK", "0"}, {"WORLD_SIZE", "0"}}), HasSubstr("WORLD_SIZE=0"));
  EXPECT_LT(complaint_about({{"RANK", std::string(100'000, '\n')}, {"WORLD_SIZE", "4"}}).size(), 1'000U);
  EXPECT_THROW(Shard(1, 1), ConfigError);
  EXPECT_THROW(Shard(0, 0), ConfigError);
}

TEST(Shard, SharesAllOutOnceAndInOrder) {
  for (const std::size_t size : {1U, 2U, 3U, 4U, 7U, 64U}) {
    for (const std::size_t count : {0U, 1U, 5U, 63U, 64U, 65U, 1000U}) {
      std::size_t next = 0;
      for (std::size_t rank = 0; rank < size; ++rank) {
        const ShardRange range = Shard(rank, size).range(count);
        EXPECT_EQ(range.begin, next);
        EXPECT_GE(range.size(), count / size);
        EXPECT_LE(range.size(), count / size + 1);
        next = range.end;
      }
      EXPECT_EQ(next, count);
    }
  }
  const std::vector<std::string> names = {"a", "b", "c", "d", "e"};
  EXPECT_THAT(Shard(0, 2).of(names), ElementsAre("a", "b", "c"));
  EXPECT_THAT(Shard(1, 2).of(names), ElementsAre("d", "e"));
  EXPECT_THAT(Shard(5, 6).of(names), IsEmpty());
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
  EXPECT_EQ(Shard(most - 1, most).range(most).end, most);
}

TEST(Shard, HasSeedsOfItsOwn) {
  std::set<std::uint64_t> seeds;
  for (std::uint64_t base = 0; base < 8; ++base) {
    for (std::size_t rank = 0; rank < 8; ++rank) {
      seeds.insert(Shard(rank, 8).seed(base));
      seeds.insert(Shard::seed(base, rank));
    }
  }
  EXPECT_EQ(seeds.size(), 128U);
  EXPECT_EQ(Shard(1, 2).seed(7), Shard(1, 64).seed(7));
  // Runs must be repeatable with later versions.
  EXPECT_EQ(Shard(3, 4).seed(1), 780588083614784700U);
  EXPECT_EQ(Shard::seed(1, 3), 427698940244508920U);
}

TEST(RunIdFromEnv, IsTheSameInALaunchAndAnotherInOthers) {
  const std::string id =
      run_id_in({{"PMIX_NAMESPACE", "3453419521"}, {"OMPI_MCA_orte_precondition_transports", "a-b"}});
  EXPECT_THAT(id, StartsWith("trainer-"));
  EXPECT_EQ(id, run_id_in({{"PMIX_NAMESPACE", "3453419521"},
                           {"OMPI_MCA_orte_precondition_transports", "a-b"},
                           {"SLURM_JOB_ID", "4"}}));
  std::set<std::string> ids = {id};
  ids.insert(run_id_in({{"PMIX_NAMESPACE", "3453419521"}, {"OMPI_MCA_orte_precondition_transports", "c-d"}}));
  ids.insert(run_id_in({{"SLURM_JOB_ID", "4"}, {"SLURM_STEP_ID", "0"}}));
  ids.insert(run_id_in({{"SLURM_JOB_ID", "4"}, {"SLURM_STEP_ID", "1"}}));
  ids.insert(run_id_in({{"SLURM_JOB_ID", "4"}, {"SLURM_STEP_ID", "0"}, {"SLURM_RESTART_COUNT", "1"}}));
  ids.insert(run_id_in({{"KPLANE_RUN_ID", "7e1c6a0e-5b7c"}, {"SLURM_JOB_ID", "4"}, {"SLURM_STEP_ID", "0"}}));
  ids.insert(run_id_in({{"TORCHELASTIC_RUN_ID", "mine"}}));
  ids.insert(run_id_in({}));
  ids.insert(run_id_in({}));
  EXPECT_EQ(ids.size(), 9U);
}

TEST(RunIdFromEnv, AsksForOneWhereNoLauncherSaysIt) {
  const LauncherVariables set({{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"TORCHELASTIC_RUN_ID", "none"}});
  try {
    FAIL() << run_id_from_env("trainer");
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("KPLANE_RUN_ID"));
  }
  EXPECT_THROW(static_cast<void>(run_id_from_env("Trainer")), ConfigError);
  EXPECT_THROW(static_cast<void>(run_id_from_env("")), ConfigError);
}

}  // namespace
}  // namespace kplane::rl
