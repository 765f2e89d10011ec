// Running programs: what comes back, and what ends them.
#include "auth/child_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <thread>

#include <kplane/stop.hpp>

#include "base/clock.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::auth {
namespace {

using End = ChildResult::End;
using testing::HasSubstr;
using testing::Not;

constexpr auto hours = std::chrono::hours{10};

http::WaitLimits limits(std::chrono::milliseconds time = hours, const StopToken& stop = {}) {
  return {detail::deadline_after(std::chrono::steady_clock::now(), time), detail::StopTokens(stop)};
}

ChildProgram shell(const std::string& script) {
  return {{"/bin/sh", "-c", script}, {"PATH=/bin:/usr/bin"}, 1'000, 100};
}

/// A directory with a program in it, which is the current one, and a PATH of the test's own.
class ChildProcessByName : public testing::Test {
 protected:
  ChildProcessByName() {
    std::ofstream(directory_.path() / "kplane-test-program") << "#!/bin/sh\necho found\n";
    allow(std::filesystem::perms::owner_all);
    std::filesystem::current_path(directory_.path());
  }
  ChildProcessByName(const ChildProcessByName&) = delete;
  ChildProcessByName& operator=(const ChildProcessByName&) = delete;
  ~ChildProcessByName() override {
    std::filesystem::current_path(directory_before_);
    ::setenv("PATH", path_before_.c_str(), 1);
  }

  void allow(std::filesystem::perms permissions) const {
    std::filesystem::permissions(directory_.path() / "kplane-test-program", permissions);
  }
  [[nodiscard]] std::string here() const { return directory_.path().string(); }
  static std::string said_with(const std::string& path) {
    ::setenv("PATH", path.c_str(), 1);
    return run_child({{"kplane-test-program"}, {}, 10, 10}, limits()).output;
  }
  static std::error_code error_with(const std::string& path) {
    try {
      const std::string said = said_with(path);
      ADD_FAILURE() << path << ": " << said;
    } catch (const std::system_error& error) {
      return error.code();
    }
    return {};
  }

 private:
  const tests::TemporaryDirectory directory_;
  const std::filesystem::path directory_before_ = std::filesystem::current_path();
  const std::string path_before_ = std::getenv("PATH");
};

TEST_F(ChildProcessByName, IsFoundAlongPath) {
  std::filesystem::create_directories("other/kplane-test-program");
  EXPECT_EQ(said_with(here()), "found\n");
  EXPECT_EQ(said_with("/no/such/directory:.:" + here() + "/other:" + here()), "found\n");
}

TEST_F(ChildProcessByName, IsNotTakenFromTheCurrentDirectory) {
  std::filesystem::create_directory("other");
  for (const char* path : {"", ".", ":", ":/no/such/directory", "/no/such/directory:", "./", "other/.."}) {
    EXPECT_EQ(error_with(path), std::errc::no_such_file_or_directory) << path;
  }
}

TEST_F(ChildProcessByName, IsMissingWhereOnlyADirectoryHasThatName) {
  std::filesystem::create_directories("other/kplane-test-program");
  EXPECT_EQ(error_with(here() + "/other"), std::errc::no_such_file_or_directory);
}

TEST_F(ChildProcessByName, ThatMustNotBeRunIsDeniedUnlessThereIsAnother) {
  allow(std::filesystem::perms::owner_read);
  EXPECT_EQ(error_with(here() + ":/no/such/directory"), std::errc::permission_denied);
  std::filesystem::create_directory("other");
  std::ofstream("other/kplane-test-program") << "#!/bin/sh\necho other\n";
  std::filesystem::permissions("other/kplane-test-program", std::filesystem::perms::owner_all);
  EXPECT_EQ(said_with(here() + ":" + here() + "/other"), "other\n");
}

TEST(ChildProcess, SaysWhatTheProgramSaidAndHowItEnded) {
  const ChildResult result = run_child(shell("echo out; echo err >&2; exit 3"), limits());
  EXPECT_EQ(result.end, End::exited);
  EXPECT_EQ(result.code, 3);
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.errors, "err\n");
}

TEST(ChildProcess, SeesTheSignalThatEndedIt) {
  const ChildResult result = run_child(shell("kill -TERM $$"), limits());
  EXPECT_EQ(result.end, End::signaled);
  EXPECT_EQ(result.code, SIGTERM);
}

TEST(ChildProcess, ThatDoesNotExistIsAnError) {
  EXPECT_THROW((void)run_child({{"/no/such/program"}, {}, 10, 10}, limits()), std::system_error);
  EXPECT_THROW((void)run_child({{"kplane-no-such-program"}, {}, 10, 10}, limits()), std::system_error);
}

TEST(ChildProcess, GetsTheGivenEnvironmentAndNothingElse) {
  ASSERT_EQ(::setenv("KPLANE_TEST_SECRET", "s3cret", 1), 0);
  ChildProgram program = shell("env");
  program.environment.emplace_back("COLOR=blue");
  const ChildResult result = run_child(program, limits());
  ::unsetenv("KPLANE_TEST_SECRET");
  EXPECT_THAT(result.output, HasSubstr("COLOR=blue\n"));
  EXPECT_THAT(result.output, Not(HasSubstr("KPLANE_TEST_SECRET")));
}

TEST(ChildProcess, GetsNoInput) { EXPECT_EQ(run_child(shell("cat; echo done"), limits()).output, "done\n"); }

TEST(ChildProcess, GetsNoOtherDescriptor) {
  const tests::TemporaryDirectory directory;
  const std::string path = (directory.path() / "open").string();
  std::ofstream(path) << "s3cret";
  FILE* const file = std::fopen(path.c_str(), "r");  // without close-on-exec, as much code opens files
  ASSERT_NE(file, nullptr);
  const ChildResult result = run_child(shell("ls -l /proc/self/fd 2>/dev/null"), limits());
  std::fclose(file);
  EXPECT_THAT(result.output, Not(HasSubstr(path)));
}

TEST(ChildProcess, ThatTakesTooLongIsEndedWithItsOwnChildren) {
  const ChildResult result = run_child(shell("sleep 36000 & sleep 36000"), limits(std::chrono::milliseconds{20}));
  EXPECT_EQ(result.end, End::out_of_time);
}

TEST(ChildProcess, ThatClosesItsOutputAndStaysIsEndedToo) {
  const ChildResult result = run_child(shell("exec >&- 2>&-; sleep 36000"), limits(std::chrono::milliseconds{20}));
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
  const ChildResult result = run_child(shell("echo >'" + mark + "'; sleep 36000"), limits(hours, source.token()));
  stopper.join();
  EXPECT_EQ(result.end, End::stopped);
}

TEST(ChildProcess, ThatNeverStopsTalkingIsEnded) {
  const ChildResult result = run_child(shell("yes"), limits());
  EXPECT_EQ(result.end, End::too_much_output);
  EXPECT_LE(result.output.size(), 100'000U);
}

TEST(ChildProcess, MayLeaveAProgramBehindThatKeepsItsOutputOpen) {
  const tests::TemporaryDirectory directory;
  const std::string gate = (directory.path() / "gate").string();
  ASSERT_EQ(::mkfifo(gate.c_str(), 0600), 0);
  const ChildResult result = run_child(shell("(cat '" + gate + "') & echo out"), limits());
  EXPECT_EQ(result.end, End::exited);
  EXPECT_EQ(result.output, "out\n");
  std::ofstream(gate) << "end";
}

TEST(ChildProcess, ThatLeavesAFloodBehindIsNotHeardWithoutEnd) {
  ChildProgram program = shell("yes & exit 0");
  program.most_output = 100'000;
  for (int i = 0; i < 5; ++i) EXPECT_LE(run_child(program, limits()).output.size(), 200'000U);
}

TEST(ChildProcess, IsHeardToTheEndHoweverMuchItsPipeHolds) {
  constexpr const char* script = "fcntl(STDOUT, 1031, 1 << 20); syswrite(STDOUT, 'x' x 600_000)";  // F_SETPIPE_SZ
  for (int i = 0; i < 5; ++i) {
    ChildProgram program = shell("perl -e \"" + std::string(script) + "\"");
    program.most_output = 1'000'000;
    const ChildResult result = run_child(program, limits());
    if (result.code == 127) GTEST_SKIP() << "there is no perl";
    EXPECT_EQ(result.output.size(), 600'000U);
  }
}

TEST(ChildProcess, HasNoTerminal) {
  EXPECT_EQ(run_child(shell("(echo hello >/dev/tty) 2>/dev/null || echo none"), limits()).output, "none\n");
}

TEST(ChildProcess, OfErrorsTheLastAreKept) {
  const ChildResult result = run_child(shell("yes | head -n 100000 >&2; echo last >&2; echo done"), limits());
  EXPECT_EQ(result.end, End::exited);
  EXPECT_EQ(result.output, "done\n");
  EXPECT_LE(result.errors.size(), 100U);
  EXPECT_THAT(result.errors, testing::AllOf(testing::StartsWith("y\n"), testing::EndsWith("\nlast\n")));
}

// The rest of a line may be that of a credential whose beginning told what it was.
TEST(ChildProcess, OfErrorsOnlyWholeLinesAreKept) {
  const char* const script = "(head -c 100000 /dev/zero | tr '\\0' s; echo; echo last) >&2";
  EXPECT_EQ(run_child(shell(script), limits()).errors, "last\n");
}

TEST(ChildProcess, OfErrorsNoneAreKeptThatMayGoOnWithACredential) {
  const std::string filler = "; i=0; while [ $i -lt 50 ]; do echo filler; i=$((i+1)); done; echo last) >&2";
  for (const char* beginning : {"echo '{\"token\":'", "echo '-----BEGIN PRIVATE KEY-----'", "echo 'text {'"}) {
    EXPECT_EQ(run_child(shell('(' + std::string(beginning) + filler), limits()).errors, "") << beginning;
  }
  EXPECT_THAT(run_child(shell("(echo no credential" + filler), limits()).errors, testing::EndsWith("filler\nlast\n"));
}

TEST(ChildProcess, IsKnownEvenWhereChildrenAreReapedByTheSystem) {
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  const ChildResult result = run_child(shell("echo out"), limits());
  std::signal(SIGCHLD, before);
  EXPECT_EQ(result.end, End::exited);
  EXPECT_EQ(result.output, "out\n");
}

}  // namespace
}  // namespace kplane::auth
