// Several ranks in one run: as threads of the test where nothing dies, as processes where something does.
#include <kplane/rl/join_fleet.hpp>

#include <chrono>
#include <csignal>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <kplane/kplane.hpp>
#include <kplane/rl/sweep.hpp>
#include <kplane/testing/local_server.hpp>

#include "examples/local_environment.hpp"
#include "examples/program.hpp"
#include "rl/root_plane.hpp"
#include "rl/shard/launcher_variables.hpp"

namespace kplane::rl {
namespace {

using namespace std::chrono_literals;
using kplane::testing::LocalServer;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using tests::config_maps;
using tests::LauncherVariables;
using tests::leases;
using tests::of_size;
using tests::Program;
using tests::records;

constexpr const char* run_id = "shared";

JoinOptions as_rank(std::size_t rank, std::size_t size, std::chrono::seconds lease = 2s) {
  JoinOptions options;
  options.shard = Shard(rank, size);
  options.lease_duration = lease;
  options.launch = "here";  // so that it need not wait for a sign of life
  return options;
}

std::string uid_of(const Fleet& fleet) { return std::string(fleet.object().uid()); }

std::string why(const std::function<void()>& call) {
  try {
    call();
    return "nothing was thrown";
  } catch (const std::exception& error) {
    return error.what();
  }
}

/// Does the same at each rank of a run, on a thread each. What one of them throws fails the test.
void at_each_rank(const LocalServer& server, std::size_t size, int planes,
                  const std::function<void(JoinedFleet&)>& work) {
  std::vector<std::thread> ranks;
  ranks.reserve(size);
  for (std::size_t rank = 0; rank < size; ++rank) {
    ranks.emplace_back([&, rank] {
      try {
        JoinedFleet joined = join_fleet(server.client(), run_id, of_size(planes), as_rank(rank, size));
        work(joined);
        joined.barrier(1min);
        joined.close();
      } catch (const std::exception& error) {
        ADD_FAILURE() << "rank " << rank << ": " << error.what();
      }
    });
  }
  for (std::thread& rank : ranks) rank.join();
}

/// A rank in a process of its own, which has joined.
class RankProcess {
 public:
  RankProcess(const LocalServer& server, std::size_t rank, std::size_t size, int barriers,
              tests::Environment environment = {})
      : program_(KPLANE_RANK_PROCESS,
                 {run_id, std::to_string(rank), std::to_string(size), "4", std::to_string(barriers)}, [&] {
                   for (const auto& [name, value] : tests::environment_of(server)) environment[name] = value;
                   return environment;
                 }()) {}

  /// Its Fleet and its planes; blocks until it has joined.
  [[nodiscard]] const std::string& joined() {
    if (joined_.empty()) joined_ = program_.read_line();
    return joined_;
  }

  void kill() {
    program_.send_signal(SIGKILL);
    EXPECT_EQ(program_.wait().exit_code, 128 + SIGKILL);
  }

  [[nodiscard]] tests::ProgramResult wait() { return program_.wait(); }

 private:
  Program program_;
  std::string joined_;
};

TEST(JoinFleet, SharesOneFleetAmongAllRanks) {
  LocalServer server;
  std::mutex mutex;
  std::set<std::string> fleets;
  std::multiset<std::string> own;
  at_each_rank(server, 4, 10, [&](JoinedFleet& joined) {
    const std::lock_guard lock(mutex);
    EXPECT_EQ(joined.planes().size(), 10U);
    EXPECT_THAT(joined.fleet().name(), StartsWith("shared-"));
    EXPECT_TRUE(joined.fleet().is_ready());
    EXPECT_FALSE(joined.lost().stop_requested());
    EXPECT_EQ(joined.why_lost(), "");
    fleets.insert(uid_of(joined.fleet()));
    for (const Plane& plane : joined.own_planes()) own.insert(plane.cluster());
  });
  EXPECT_EQ(fleets.size(), 1U);
  EXPECT_EQ(own.size(), 10U);
  EXPECT_EQ(std::set<std::string>(own.begin(), own.end()).size(), 10U);
  EXPECT_THAT(records(server.client()), IsEmpty());
  EXPECT_THAT(server.client().list_fleets(), IsEmpty());
}

TEST(JoinFleet, IsARunOfOneWithoutALauncher) {
  const LauncherVariables none({});
  LocalServer server;
  JoinedFleet joined = join_fleet(server.client(), run_id, of_size(2), 1min);
  EXPECT_EQ(joined.own_planes().size(), 2U);
  joined.barrier();
  EXPECT_THAT(joined.gather("alone"), ElementsAre("alone"));
  EXPECT_EQ(joined.broadcast("policy"), "policy");
  EXPECT_EQ(joined.completed(), 3);
  joined.close();
  joined.close();
  EXPECT_THROW(joined.barrier(), std::logic_error);
  EXPECT_THAT(records(server.client()), IsEmpty());
}

TEST(JoinFleet, GathersAndBroadcastsTexts) {
  LocalServer server;
  at_each_rank(server, 3, 3, [&](JoinedFleet& joined) {
    const std::size_t rank = joined.shard().rank();
    for (int update = 0; update < 3; ++update) {
      const std::string mine = "r\xC3\xA4nk \"" + std::to_string(rank) + "\"\n" + std::to_string(update);
      const Vector<std::string> all = joined.gather(mine, 1min);
      if (rank == 0) {
        ASSERT_EQ(all.size(), 3U);
        for (std::size_t i = 0; i < 3; ++i) {
          EXPECT_EQ(all[i], "r\xC3\xA4nk \"" + std::to_string(i) + "\"\n" + std::to_string(update));
        }
      } else {
        EXPECT_THAT(all, IsEmpty());
      }
      const std::string policy = "policy " + std::to_string(update);
      EXPECT_EQ(joined.broadcast(rank == 0 ? policy : "not this", 1min), policy);
      const auto join_texts = [](const Vector<std::string>& texts) { return texts.at(0) + texts.at(1) + texts.at(2); };
      EXPECT_EQ(joined.reduce(std::to_string(rank), join_texts, 1min), "012");
    }
    EXPECT_EQ(joined.completed(), 9);
    EXPECT_THROW(static_cast<void>(joined.gather(std::string(1'000'001, 'x'))), ConfigError);
    if (rank == 0) {
      EXPECT_THROW(static_cast<void>(joined.broadcast("\xFF")), ConfigError);
    }
  });
}

TEST(JoinFleet, WaitsForTheOthersFromWhereItLastDid) {
  LocalServer server;
  std::atomic<int> lists{0};
  server.on_request([&](const std::string& method, const std::string& target) {
    const bool is_list =
        target.find("/configmaps?") != std::string::npos && target.find("watch=1") == std::string::npos;
    if (method == "GET" && is_list && target.find("/clusters/") == std::string::npos) ++lists;
  });
  at_each_rank(server, 2, 2, [&](JoinedFleet& joined) {
    joined.barrier(1min);
    joined.barrier(1min);
    const int before = lists;
    for (int i = 0; i < 3; ++i) joined.barrier(1min);
    EXPECT_EQ(lists, before);
  });
  EXPECT_GT(lists, 0);
}

TEST(JoinFleet, ListsAgainWhereTheServerHasForgottenThat) {
  LocalServer server;
  at_each_rank(server, 2, 2, [&](JoinedFleet& joined) {
    for (int i = 0; i < 5; ++i) {
      joined.barrier(1min);
      server.compact_watch_history("");
    }
    EXPECT_EQ(joined.completed(), 5);
  });
}

TEST(JoinFleet, LetsARankJoinLate) {
  LocalServer server;
  JoinedFleet root = join_fleet(server.client(), run_id, of_size(3), as_rank(0, 2));
  JoinOptions options = as_rank(1, 2);
  options.launch = "";
  JoinedFleet late = join_fleet(server.client(), run_id, of_size(99), options);
  EXPECT_EQ(uid_of(late.fleet()), uid_of(root.fleet()));
  EXPECT_EQ(late.own_planes().size(), 1U);
  std::thread other([&] { late.barrier(1min); });
  root.barrier(1min);
  other.join();
}

TEST(JoinFleet, NeverJoinsAnOlderFleetOfThatName) {
  LocalServer server;
  const Client client = server.client();
  RankProcess old(server, 0, 2, -1);
  const std::string old_fleet = old.joined().substr(0, old.joined().find(' '));
  const Plane old_plane = client.get_fleet(old_fleet).planes()[0];
  old_plane.resource("v1", "configmaps").in("default").create(R"({"metadata":{"name":"left"}})");
  old.kill();
  std::string joined_fleet;
  std::thread other([&] {
    const JoinedFleet joined = join_fleet(client, run_id, of_size(3), as_rank(1, 2));
    joined_fleet = joined.fleet().name();
  });
  const JoinedFleet root = join_fleet(client, run_id, of_size(3), as_rank(0, 2));
  other.join();
  EXPECT_NE(root.fleet().name(), old_fleet);
  EXPECT_EQ(joined_fleet, root.fleet().name());
  EXPECT_FALSE(client.find_fleet(old_fleet)) << "what is in the way is cleared away";
  EXPECT_FALSE(old_plane.resource("v1", "configmaps").in("default").find("left"));
}

TEST(JoinFleet, TellsTwoLaunchesOfOneIdApart) {
  LocalServer server;
  const Client client = server.client();
  JoinOptions options = as_rank(0, 2);
  options.launch = "one";
  JoinedFleet root = join_fleet(client, run_id, of_size(2), options);
  options.shard = Shard(1, 2);
  JoinedFleet other = join_fleet(client, run_id, of_size(2), options);

  options.launch = "two";
  EXPECT_THAT(why([&] { static_cast<void>(join_fleet(client, run_id, of_size(2), options)); }),
              AllOf(HasSubstr("another launch"), HasSubstr("rank 1 of run shared")));
  options.shard = Shard(0, 2);
  EXPECT_THAT(why([&] { static_cast<void>(join_fleet(client, run_id, of_size(2), options)); }),
              AllOf(HasSubstr("another launch"), HasSubstr("rank 0 of run shared")));
  options.launch = "";
  options.shard = Shard(1, 2);
  EXPECT_THAT(why([&] { static_cast<void>(join_fleet(client, run_id, of_size(2), options)); }),
              HasSubstr("held by a living process"));
  options.shard = Shard(2, 3);
  EXPECT_THAT(why([&] { static_cast<void>(join_fleet(client, run_id, of_size(2), options)); }),
              HasSubstr("of 2 ranks, not 3"));

  std::thread barrier([&] { other.barrier(1min); });
  root.barrier(1min);
  barrier.join();
  EXPECT_FALSE(root.lost().stop_requested());
  EXPECT_FALSE(other.lost().stop_requested());
}

TEST(JoinFleet, RunsSideBySideUnderOneNameWithIdsFromTheEnvironment) {
  LocalServer server;
  const auto join_in = [&](const char* launch) {
    const LauncherVariables set({{"KPLANE_RUN_ID", launch}, {"RANK", "0"}, {"WORLD_SIZE", "1"}});
    return join_fleet(server.client(), run_id_from_env("trainer"), of_size(1), 1min);
  };
  const JoinedFleet one = join_in("a");
  const JoinedFleet two = join_in("b");
  EXPECT_NE(one.fleet().name(), two.fleet().name());
}

TEST(JoinFleet, LetsAKilledRankJoinAgain) {
  LocalServer server;
  JoinedFleet root = join_fleet(server.client(), run_id, of_size(4), as_rank(0, 2));
  std::string planes;
  {
    RankProcess first(server, 1, 2, 2);
    planes = first.joined();
    root.barrier(1min);
    first.kill();
  }
  RankProcess second(server, 1, 2, 1);
  EXPECT_EQ(second.joined(), planes);
  root.barrier(1min);
  EXPECT_EQ(root.completed(), 2);
  const tests::ProgramResult result = second.wait();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "2\n") << "it takes part from the operation on that is next";
}

TEST(JoinFleet, LetsAKilledRankZeroTakeItsRunOver) {
  LocalServer server;
  RankProcess first(server, 0, 2, -1);
  const std::string planes = first.joined();
  JoinedFleet other = join_fleet(server.client(), run_id, of_size(4), as_rank(1, 2));
  first.kill();
  RankProcess second(server, 0, 2, 1);
  EXPECT_EQ(second.joined(), planes);
  other.barrier(1min);
  EXPECT_EQ(second.wait().exit_code, 0);
  EXPECT_THAT(server.client().list_fleets(), IsEmpty());
}

TEST(JoinFleet, EndsTheOthersWhenRankZeroIsGoneForGood) {
  LocalServer server;
  RankProcess root(server, 0, 2, -1);
  static_cast<void>(root.joined());
  JoinedFleet other = join_fleet(server.client(), run_id, of_size(4), as_rank(1, 2, 1s));
  root.kill();
  EXPECT_THAT(why([&] { other.barrier(2min); }),
              AllOf(HasSubstr("rank 0 of run shared"), HasSubstr("no sign of life")));
  EXPECT_TRUE(other.lost().stop_requested());
  EXPECT_THAT(other.why_lost(), HasSubstr("no sign of life"));
  other.close();
  for (const SweptRun& one : sweep(server.client())) EXPECT_EQ(one.state, RunState::swept) << one.error;
  EXPECT_THAT(records(server.client()), IsEmpty());
  EXPECT_THAT(server.client().list_fleets(), IsEmpty());
}

TEST(JoinFleet, LeavesToASweepWhatIsLeftWhenAllAreKilled) {
  LocalServer server;
  const Client client = server.client();
  {
    RankProcess root(server, 0, 3, -1);
    RankProcess one(server, 1, 3, -1);
    RankProcess two(server, 2, 3, -1);
    const std::string fleet = root.joined().substr(0, root.joined().find(' '));
    EXPECT_THAT(one.joined(), StartsWith(fleet));
    EXPECT_THAT(two.joined(), StartsWith(fleet));
    client.get_fleet(fleet)
        .planes()[3]
        .resource("v1", "configmaps")
        .in("default")
        .create(R"({"metadata":{"name":"left"}})");
    root.kill();
    one.kill();
    two.kill();
  }
  for (const SweptRun& one : sweep(client)) EXPECT_EQ(one.state, RunState::swept) << one.error;
  EXPECT_THAT(records(client), IsEmpty());
  EXPECT_THAT(client.list_fleets(), IsEmpty());
}

TEST(JoinFleet, IsLostWhenTheRunEnds) {
  LocalServer server;
  auto root = std::make_unique<JoinedFleet>(join_fleet(server.client(), run_id, of_size(2), as_rank(0, 2)));
  JoinedFleet other = join_fleet(server.client(), run_id, of_size(2), as_rank(1, 2));
  std::thread end([&] { root.reset(); });
  EXPECT_THAT(why([&] { other.barrier(1min); }), HasSubstr("run shared has ended"));
  end.join();
  EXPECT_THAT(why([&] { other.barrier(1min); }), HasSubstr("run shared has ended"));
  other.close();
  EXPECT_THAT(records(server.client()), IsEmpty());
}

TEST(JoinFleet, NamesTheRanksThatDoNotCome) {
  LocalServer server;
  JoinedFleet root = join_fleet(server.client(), run_id, of_size(2), as_rank(0, 12));
  const JoinedFleet other = join_fleet(server.client(), run_id, of_size(2), as_rank(3, 12));
  EXPECT_THAT(why([&] { root.barrier(50ms); }),
              AllOf(HasSubstr("ranks 1, 2, 3, 4, 5, 6, 7, 8 and 3 more of run shared"), HasSubstr("operation 1")));
  EXPECT_EQ(root.completed(), 0);
  EXPECT_THAT(why([&] {
                static_cast<void>(join_fleet(server.client(), "missing", of_size(2), [] {
                  JoinOptions options = as_rank(1, 2);
                  options.timeout = 50ms;
                  return options;
                }()));
              }),
              HasSubstr("before rank 0 had made the run"));
}

TEST(JoinFleet, IsStoppedWhileItWaits) {
  LocalServer server;
  StopSource source;
  JoinOptions options = as_rank(0, 2);
  options.stop = source.token();
  std::thread stopper;
  {
    JoinedFleet root = join_fleet(server.client(), run_id, of_size(2), options);
    stopper = std::thread([&] { source.request_stop(); });
    EXPECT_THROW(root.barrier(1min), StoppedError);
    EXPECT_THROW(root.barrier(1min), StoppedError);
    options.shard = Shard(1, 2);
    EXPECT_THROW(static_cast<void>(join_fleet(server.client(), "other", of_size(2), options)), StoppedError);
  }
  stopper.join();
  EXPECT_THAT(records(server.client()), IsEmpty());
}

TEST(JoinFleet, CleansUpAfterTheStopOfItsClient) {
  LocalServer server;
  StopSource source;
  ClientOptions options = server.client_options();
  options.stop = source.token();
  const Client client(server.base_url(), options);
  {
    const JoinedFleet root = join_fleet(client, run_id, of_size(2), as_rank(0, 2));
    JoinedFleet other = join_fleet(client, run_id, of_size(2), as_rank(1, 2));
    source.request_stop();
    EXPECT_THROW(other.barrier(1min), StoppedError);
  }
  EXPECT_THAT(records(server.client()), IsEmpty());
  EXPECT_THAT(server.client().list_fleets(), IsEmpty());
}

TEST(JoinFleet, PassesOverWhatIsNoRanks) {
  LocalServer server;
  const Client client = server.client();
  JoinedFleet root = join_fleet(client, run_id, of_size(2), as_rank(0, 2));
  JoinedFleet other = join_fleet(client, run_id, of_size(2), as_rank(1, 2));
  const auto put = [&](const std::string& name, const std::string& data) {
    config_maps(client.root_plane())
        .create(R"({"metadata":{"name":")" + name + R"(","labels":{"kplane.dev/rank-of":"shared"}},"data":)" + data +
                "}");
  };
  put("kplane-run-shared-rank-2", R"({"operation":"1"})");
  put("kplane-run-shared-rank-99999999999999999999", R"({"operation":"1"})");
  put("kplane-run-shared-rank-x", R"({"operation":"1"})");
  put("other", R"({"operation":"1"})");
  config_maps(client.root_plane())
      .patch("kplane-run-shared-rank-1", PatchType::merge, R"({"data":{"operation":"1x","text":null}})");
  EXPECT_THAT(why([&] { root.barrier(50ms); }), HasSubstr("rank 1 of run shared"));
  std::thread barrier([&] { other.barrier(1min); });
  root.barrier(1min);
  barrier.join();
}

TEST(JoinFleet, ChecksItsArguments) {
  LocalServer server;
  const Client client = server.client();
  for (const std::string& id : {std::string(), std::string("Shared"), std::string("-a"), std::string("a-"),
                                std::string("a/b"), std::string(51, 'a')}) {
    EXPECT_THROW(static_cast<void>(join_fleet(client, id, of_size(1), as_rank(0, 1))), ConfigError) << id;
  }
  EXPECT_THROW(static_cast<void>(join_fleet(client, run_id, of_size(1), as_rank(0, 1, 0s))), ConfigError);
  EXPECT_THROW(static_cast<void>(join_fleet(client, run_id, of_size(1), -1ms)), ConfigError);
  EXPECT_THROW(static_cast<void>(join_fleet(client, run_id, of_size(-1), as_rank(0, 1))), ConfigError);
  EXPECT_THAT(records(client), IsEmpty()) << "a run whose Fleet cannot be made leaves nothing";
}

#ifdef KPLANE_SHIFTED_CLOCK
TEST(JoinFleet, DoesNotCareWhatTimeItIsElsewhere) {
  LocalServer server;
  const Client client = server.client();
  RankProcess ahead(server, 1, 2, 1, {{"LD_PRELOAD", KPLANE_SHIFTED_CLOCK}});
  JoinedFleet root = join_fleet(client, run_id, of_size(4), as_rank(0, 2));
  EXPECT_THAT(ahead.joined(), StartsWith(root.fleet().name()));
  const Object lease = leases(client).get("kplane-run-shared-rank-1");
  const Object here = leases(client).get("kplane-run-shared");
  EXPECT_GT(lease.get<std::string>("/spec/acquireTime").value(), here.get<std::string>("/spec/renewTime").value())
      << "its clock is ahead";
  for (const SweptRun& one : sweep(client)) EXPECT_EQ(one.state, RunState::alive) << one.id;
  root.barrier(1min);
  EXPECT_EQ(ahead.wait().exit_code, 0);
}
#endif

}  // namespace
}  // namespace kplane::rl
