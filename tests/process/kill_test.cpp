// A process that is killed anywhere in the life of a run: a sweep from another process leaves nothing of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>
#include <kplane/testing/local_server.hpp>

#include "examples/local_environment.hpp"
#include "process/traced.hpp"
#include "rl/root_plane.hpp"

namespace kplane::tests {
namespace {

using ::testing::IsEmpty;

class Killed : public ::testing::Test {
 protected:
  std::optional<TracedRun> run(const std::string& name, Calls calls, std::size_t kill_at) {
    return run_traced(KPLANE_VICTIM, {"run", name}, environment_of(server_), calls, kill_at);
  }

  /// Kills processes at stops `step` apart, as many as there are.
  void kill_at_stops(Calls calls, std::size_t stops, std::size_t step) {
    for (std::size_t stop = 1; stop <= stops; stop += step) {
      names_.push_back("run-" + std::to_string(stop));
      const auto killed = run(names_.back(), calls, stop);
      ASSERT_TRUE(killed);
      // One that is killed within its last calls may have ended by then.
      EXPECT_THAT(killed->exit_code, ::testing::AnyOf(128 + SIGKILL, 0)) << stop;
    }
  }

  void expect_nothing_is_left() {
    for (int attempt = 0; attempt < 2; ++attempt) {
      for (const rl::SweptRun& swept : rl::sweep(client_)) EXPECT_EQ(swept.error, "") << swept.id;
    }
    EXPECT_THAT(records(client_), IsEmpty());
    EXPECT_THAT(client_.list_fleets(), IsEmpty());
    for (const std::string& name : names_) {
      for (const char* index : {"-0000", "-0001"}) {
        EXPECT_FALSE(config_maps(client_.plane(name + index)).find("menu")) << name << index;
      }
    }
  }

  testing::LocalServer server_;
  const Client client_ = server_.client();

 private:
  std::vector<std::string> names_;
};

TEST_F(Killed, AtASystemCallIsSweptWhereverThatWas) {
  const bool all = std::getenv("KPLANE_KILL_EVERYWHERE") != nullptr;
  const Calls calls = all ? Calls::all : Calls::sends;
  const auto undisturbed = run("whole", calls, 0);
  if (!undisturbed) GTEST_SKIP() << "this system does not let a process trace another";
  ASSERT_EQ(undisturbed->exit_code, 0);
  EXPECT_THAT(records(client_), IsEmpty());
  ASSERT_GT(undisturbed->stops, 20U) << "a run sends at least ten requests";
  constexpr std::size_t sample = 5;  // beginnings and ends in turn
  kill_at_stops(calls, undisturbed->stops, all ? 1 : sample);
  expect_nothing_is_left();
}

}  // namespace
}  // namespace kplane::tests
