#include <kplane/rl/interrupted.hpp>

#include <gtest/gtest.h>

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <optional>
#include <utility>

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
        for (;;) std::raise(SIGTERM);
      },
      ::testing::KilledBySignal(SIGTERM), "");
}

// timeout(1) sends its signal to the process, and at once to the process group.
TEST(Interrupted, TakesASignalThatIsSentTwiceForOne) {
  const Interrupted interrupted;
  std::raise(SIGINT);
  std::raise(SIGINT);
  EXPECT_EQ(interrupted.signal(), SIGINT);
  EXPECT_TRUE(interrupted.token().wait_for(std::chrono::minutes{1}));
}

TEST(Interrupted, RestoresWhatSignalsDid) {
  std::signal(SIGINT, SIG_IGN);
  { const Interrupted interrupted; }
  EXPECT_EQ(std::signal(SIGINT, SIG_DFL), SIG_IGN);
}

volatile std::sig_atomic_t signals_of_the_program = 0;

extern "C" void kplane_test_count_signal(int /*signal*/) { signals_of_the_program = signals_of_the_program + 1; }

TEST(Interrupted, LeavesTheSecondSignalToTheHandlerThatWasThereBefore) {
  signals_of_the_program = 0;
  std::signal(SIGINT, kplane_test_count_signal);
  {
    const Interrupted interrupted;
    std::raise(SIGINT);
    EXPECT_EQ(signals_of_the_program, 0);
    while (signals_of_the_program == 0) std::raise(SIGINT);
  }
  EXPECT_EQ(std::signal(SIGINT, SIG_DFL), kplane_test_count_signal);
}

/// In a process that is forked while there is an Interrupted. @return how it ended, as of waitpid()
template <typename InChild>
int in_forked_process(const InChild& in_child) {
  const pid_t child = ::fork();
  if (child == 0) {
    in_child();
    ::_exit(0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

#if !defined(__SANITIZE_THREAD__)  // which loses a signal that a forked process raises in a handler
TEST(Interrupted, LetsSignalsEndAForkedProcess) {
  const Interrupted interrupted;
  const int status = in_forked_process([] { std::raise(SIGTERM); });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
  EXPECT_FALSE(interrupted);
  EXPECT_FALSE(interrupted.token().stop_requested());
}
#endif

TEST(Interrupted, IsDestroyedInAForkedProcess) {
  std::optional<Interrupted> interrupted(std::in_place);
  EXPECT_EQ(in_forked_process([&] { interrupted.reset(); }), 0);
  std::raise(SIGINT);
  EXPECT_TRUE(interrupted->token().wait_for(std::chrono::minutes{1}));
}

#ifdef __GLIBC__
TEST(Interrupted, LeavesNothingBehindWhereThereIsNoThread) {
  pthread_attr_t usual;
  ASSERT_EQ(::pthread_getattr_default_np(&usual), 0);
  pthread_attr_t impossible;
  ASSERT_EQ(::pthread_getattr_default_np(&impossible), 0);
  ASSERT_EQ(::pthread_attr_setstacksize(&impossible, std::size_t{1} << 50U), 0);
  ASSERT_EQ(::pthread_setattr_default_np(&impossible), 0);
  EXPECT_THROW(Interrupted(), ConfigError);
  ASSERT_EQ(::pthread_setattr_default_np(&usual), 0);
  EXPECT_EQ(std::signal(SIGINT, SIG_DFL), SIG_DFL);
  const Interrupted interrupted;
  EXPECT_FALSE(interrupted);
}
#endif

TEST(Interrupted, ExistsOnce) {
  const Interrupted interrupted;
  EXPECT_THROW(Interrupted(), ConfigError);
  EXPECT_FALSE(interrupted);
}

}  // namespace
}  // namespace kplane::rl
