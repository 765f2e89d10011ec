#include <kplane/rl/interrupted.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>

#include <kplane/error.hpp>

namespace kplane::rl {
namespace {

TEST(Interrupted, TurnsSignalsIntoAStop) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const Interrupted interrupted;
    EXPECT_FALSE(interrupted);
    EXPECT_EQ(interrupted.exit_code(), 0);
    EXPECT_FALSE(interrupted.token().stop_requested());
    std::raise(signal);
    EXPECT_TRUE(interrupted);
    EXPECT_EQ(interrupted.signal(), signal);
    EXPECT_EQ(interrupted.exit_code(), 128 + signal);
    EXPECT_TRUE(interrupted.token().wait_for(std::chrono::minutes{1}));
  }
}

TEST(Interrupted, EndsTheProcessAtTheSecondSignal) {
  EXPECT_EXIT(
      {
        const Interrupted interrupted;
        std::raise(SIGTERM);
        std::raise(SIGTERM);
      },
      ::testing::KilledBySignal(SIGTERM), "");
}

TEST(Interrupted, RestoresWhatSignalsDid) {
  std::signal(SIGINT, SIG_IGN);
  { const Interrupted interrupted; }
  EXPECT_EQ(std::signal(SIGINT, SIG_DFL), SIG_IGN);
}

TEST(Interrupted, ExistsOnce) {
  const Interrupted interrupted;
  EXPECT_THROW(Interrupted(), ConfigError);
  EXPECT_FALSE(interrupted);
}

}  // namespace
}  // namespace kplane::rl
