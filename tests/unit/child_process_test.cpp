// Running programs: what comes back, and what ends them.
#include "config/child_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <system_error>
#include <thread>

#include <kplane/stop.hpp>

#include "http/clock.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::config {
namespace {

using End = ChildResult::End;
using testing::HasSubstr;
using testing::Not;

constexpr auto hours = std::chrono::hours{10};

http::Patience patience(std::chrono::milliseconds time = hours, const StopToken& stop = {}) {
  return {http::deadline_after(std::chrono::steady_clock::now(), time), detail::StopTokens(stop)};
}

ChildProgram shell(const std::string& script) {
  return {{"/bin/sh", "-c", script}, {"PATH=/bin:/usr/bin"}, 1'000, 100};
}

TEST(ChildProcess, SaysWhatTheProgramSaidAndHowItEnded) {
  const ChildResult result = run_child(shell("echo out; echo err >&2; exit 3"), patience());
  EXPECT_EQ(result.end, End::exited);
  EXPECT_EQ(result.code, 3);
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.errors, "err\n");
}

TEST(ChildProcess, SeesTheSignalThatEndedIt) {
  const ChildResult result = run_child(shell("kill -TERM $$"), patience());
  EXPECT_EQ(result.end, End::signaled);
  EXPECT_EQ(result.code, SIGTERM);
}

TEST(ChildProcess, ThatDoesNotExistIsAnError) {
  EXPECT_THROW((void)run_child({{"/no/such/program"}, {}, 10, 10}, patience()), std::system_error);
  EXPECT_THROW((void)run_child({{"kplane-no-such-program"}, {}, 10, 10}, patience()), std::system_error);
}

TEST(ChildProcess, GetsTheGivenEnvironmentAndNothingElse) {
  ASSERT_EQ(::setenv("KPLANE_TEST_SECRET", "s3cret", 1), 0);
  ChildProgram program = shell("env");
  program.environment.emplace_back("COLOR=blue");
  const ChildResult result = run_child(program, patience());
  ::unsetenv("KPLANE_TEST_SECRET");
  EXPECT_THAT(result.output, HasSubstr("COLOR=blue\n"));
  EXPECT_THAT(result.output, Not(HasSubstr("KPLANE_TEST_SECRET")));
}

TEST(ChildProcess, GetsNoInput) { EXPECT_EQ(run_child(shell("cat; echo done"), patience()).output, "done\n"); }

TEST(ChildProcess, GetsNoOtherDescriptor) {
  const tests::TemporaryDirectory directory;
  const std::string path = (directory.path() / "open").string();
  std::ofstream(path) << "s3cret";
  FILE* const file = std::fopen(path.c_str(), "r");  // without close-on-exec, as much code opens files
  ASSERT_NE(file, nullptr);
  const ChildResult result = run_child(shell("ls -l /proc/self/fd 2>/dev/null"), patience());
  std::fclose(file);
  EXPECT_THAT(result.output, Not(HasSubstr(path)));
}

TEST(ChildProcess, ThatTakesTooLongIsEndedWithItsOwnChildren) {
  const ChildResult result = run_child(shell("sleep 36000 & sleep 36000"), patience(std::chrono::milliseconds{20}));
  EXPECT_EQ(result.end, End::out_of_time);
}

TEST(ChildProcess, ThatClosesItsOutputAndStaysIsEndedToo) {
  const ChildResult result = run_child(shell("exec >&- 2>&-; sleep 36000"), patience(std::chrono::milliseconds{20}));
  EXPECT_EQ(result.end, End::out_of_time);
}

TEST(ChildProcess, IsEndedByAStopFromAnotherThread) {
  StopSource source;
  const tests::TemporaryDirectory directory;
  const std::string mark = (directory.path() / "runs").string();
  ASSERT_EQ(::mkfifo(mark.c_str(), 0600), 0);
  std::thread stopper([&] {
    std::ifstream(mark).get();  // the child runs
    source.request_stop();
  });
  const ChildResult result = run_child(shell("echo >'" + mark + "'; sleep 36000"), patience(hours, source.token()));
  stopper.join();
  EXPECT_EQ(result.end, End::stopped);
}

TEST(ChildProcess, ThatNeverStopsTalkingIsEnded) {
  const ChildResult result = run_child(shell("yes"), patience());
  EXPECT_EQ(result.end, End::too_much_output);
  EXPECT_LE(result.output.size(), 100'000U);
}

TEST(ChildProcess, MayLeaveAProgramBehindThatKeepsItsOutputOpen) {
  const tests::TemporaryDirectory directory;
  const std::string gate = (directory.path() / "gate").string();
  ASSERT_EQ(::mkfifo(gate.c_str(), 0600), 0);
  const ChildResult result = run_child(shell("(cat '" + gate + "') & echo out"), patience());
  EXPECT_EQ(result.end, End::exited);
  EXPECT_EQ(result.output, "out\n");
  std::ofstream(gate) << "end";
}

TEST(ChildProcess, IsHeardToTheEndHoweverMuchItsPipeHolds) {
  constexpr const char* script = "fcntl(STDOUT, 1031, 1 << 20); syswrite(STDOUT, 'x' x 600_000)";  // F_SETPIPE_SZ
  for (int i = 0; i < 5; ++i) {
    ChildProgram program = shell("perl -e \"" + std::string(script) + "\"");
    program.most_output = 1'000'000;
    const ChildResult result = run_child(program, patience());
    if (result.code == 127) GTEST_SKIP() << "there is no perl";
    EXPECT_EQ(result.output.size(), 600'000U);
  }
}

TEST(ChildProcess, HasNoTerminal) {
  EXPECT_EQ(run_child(shell("(echo hello >/dev/tty) 2>/dev/null || echo none"), patience()).output, "none\n");
}

TEST(ChildProcess, OfErrorsTheLastAreKept) {
  const ChildResult result = run_child(shell("yes | head -n 100000 >&2; echo last >&2; echo done"), patience());
  EXPECT_EQ(result.end, End::exited);
  EXPECT_EQ(result.output, "done\n");
  EXPECT_EQ(result.errors.size(), 100U);
  EXPECT_THAT(result.errors, testing::EndsWith("\nlast\n"));
}

TEST(ChildProcess, IsKnownEvenWhereChildrenAreReapedByTheSystem) {
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  const ChildResult result = run_child(shell("echo out"), patience());
  std::signal(SIGCHLD, before);
  EXPECT_EQ(result.end, End::exited);
  EXPECT_EQ(result.output, "out\n");
}

}  // namespace
}  // namespace kplane::config
