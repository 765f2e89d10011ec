#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "cli/cli.hpp"
#include "report/recordings.hpp"

namespace kplane::cli::reporting {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

tests::Called run(std::vector<std::string> arguments, bool is_terminal = false, const StopToken& stop = {}) {
  arguments.insert(arguments.begin(), "report");
  return tests::call(std::move(arguments), is_terminal ? "\n" : "", stop);
}

class ReportCommand : public ::testing::Test {
 protected:
  ReportCommand() { (void)record(recording, {step_of(0, 0, "rl-0000", 1)}); }

  [[nodiscard]] std::size_t files() const {
    const fs::directory_iterator entries(fs::path(recording).parent_path());
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
  }

  rl::RecordingDirectory directory;
  const std::string recording = directory.path();
  const std::string output = directory.path("report.html");
};

TEST_F(ReportCommand, WritesAPageForItsOwner) {
  const tests::Called outcome = run({recording, "-o", output, "--title", "My run"});
  EXPECT_EQ(outcome.code, ExitCode::success) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("1 steps of 1 recording"));
  EXPECT_EQ(outcome.err, "");
  const std::string html = rl::read_bytes(output);
  EXPECT_THAT(html, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(html, HasSubstr("<title>My run</title>"));
  struct stat status {};
  ASSERT_EQ(::stat(output.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(files(), 2U);  // no temporary one is left
}

TEST_F(ReportCommand, WritesThePageToTheStandardOutput) {
  const tests::Called outcome = run({recording, "-o", "-"});
  EXPECT_EQ(outcome.code, ExitCode::success);
  EXPECT_THAT(outcome.out, StartsWith("<!DOCTYPE html>"));
  EXPECT_EQ(files(), 1U);
}

TEST_F(ReportCommand, WritesItsNumbersAsJson) {
  const tests::Called outcome = run({recording, "--json"});
  EXPECT_EQ(outcome.code, ExitCode::success);
  EXPECT_EQ(Json::parse(outcome.out)["recordings"][0]["steps"], 1);
  EXPECT_EQ(files(), 1U);
}

TEST_F(ReportCommand, TakesALabelForEachRecording) {
  const std::string other = directory.path("other.jsonl.zst");
  (void)record(other, {});
  const tests::Called outcome = run({recording, other, "--label", "left", "--label", "right", "--json"});
  EXPECT_EQ(outcome.code, ExitCode::success) << outcome.err;
  EXPECT_EQ(Json::parse(outcome.out)["recordings"][1]["label"], "right");
  EXPECT_EQ(run({recording, other, "--label", "left", "--json"}).code, ExitCode::usage);
}

TEST_F(ReportCommand, AsksWhereThePageShouldGo) {
  const tests::Called outcome = run({recording});
  EXPECT_EQ(outcome.code, ExitCode::usage);
  EXPECT_THAT(outcome.err, HasSubstr("-o report.html"));
}

TEST_F(ReportCommand, DoesNotOverwriteARecording) {
  const std::string before = rl::read_bytes(recording);
  EXPECT_EQ(run({recording, "-o", recording}).code, ExitCode::usage);
  EXPECT_EQ(rl::read_bytes(recording), before);
}

TEST_F(ReportCommand, KeepsTheOldPageWhenItCannotReadARecording) {
  rl::write_bytes(output, "old");
  rl::write_bytes(directory.path("broken"), "not a recording");
  const tests::Called outcome = run({recording, directory.path("broken"), "-o", output});
  EXPECT_EQ(outcome.code, ExitCode::usage);
  EXPECT_THAT(outcome.err, HasSubstr("broken"));
  EXPECT_EQ(rl::read_bytes(output), "old");
  EXPECT_EQ(run({directory.path("none"), "-o", output}).code, ExitCode::usage);
}

TEST_F(ReportCommand, ReplacesTheFileThatALinkLeadsTo) {
  rl::write_bytes(directory.path("page"), "old");
  fs::create_symlink(directory.path("page"), output);
  EXPECT_EQ(run({recording, "-o", output}).code, ExitCode::success);
  EXPECT_TRUE(fs::is_symlink(output));
  EXPECT_THAT(rl::read_bytes(directory.path("page")), StartsWith("<!DOCTYPE html>"));
}

TEST_F(ReportCommand, SaysWhenItCannotWrite) {
  const tests::Called outcome = run({recording, "-o", directory.path("no/such/directory.html")});
  EXPECT_EQ(outcome.code, ExitCode::usage);
  EXPECT_THAT(outcome.err, HasSubstr("No such file"));
}

TEST_F(ReportCommand, StopsBeforeItHasWrittenAnything) {
  StopSource stop;
  stop.request_stop();
  EXPECT_EQ(run({recording, "-o", output}, false, stop.token()).code, ExitCode::stopped);
  EXPECT_EQ(files(), 1U);
}

TEST_F(ReportCommand, ShowsItsProgressOnATerminalOnly) {
  EXPECT_THAT(run({recording, "-o", output}, true).err,
              HasSubstr("reading steps [##############################] 1/1"));
  EXPECT_EQ(run({recording, "-o", output, "--quiet"}, true).err, "");
}

}  // namespace
}  // namespace kplane::cli::reporting
