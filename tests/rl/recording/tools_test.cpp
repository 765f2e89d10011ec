// A recording in other hands: Python's, and a shell's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include <kplane/rl/rl.hpp>

#include "rl/recording/steps.hpp"

namespace kplane::rl {
namespace {

/// The output of a command of the shell, and `failed` behind it where it failed.
std::string output_of(const std::string& command) {
  std::FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return "no shell";
  std::string output;
  std::array<char, 4'096> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) output.append(buffer.data(), got);
  return ::pclose(pipe) == 0 ? output : output + "failed";
}

constexpr const char* read_in_python = R"(import io, json, sys, zstandard
with open(sys.argv[1], "rb") as file:
    text = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True), newline="\n")
    steps = [step for step in map(json.loads, text) if "episode" in step]
print(len(steps), steps[-1]["reward"], steps[-1]["plane"], steps[-1]["state"]["resources"][0]["items"][0]["status"])
)";

class RecordingTools : public ::testing::Test {
 protected:
  /// Three frames, of which the last one is not ended, as while a Recorder writes.
  void record() {
    RecorderOptions options;
    options.frame_bytes = 1'000;
    recorder_ = std::make_unique<Recorder>(directory_.path(), options);
    for (int i = 0; i < 10; ++i) recorder_->append(make_step(0, i));
  }
  void close() { recorder_->close(); }
  [[nodiscard]] std::string path() const { return directory_.path(); }
  [[nodiscard]] std::string script() const { return directory_.path("read.py"); }

 private:
  RecordingDirectory directory_;
  std::unique_ptr<Recorder> recorder_;
};

TEST_F(RecordingTools, PythonReadsItInFiveLines) {
  const std::string python = KPLANE_PYTHON_WITH_ZSTANDARD;
  if (python.empty()) GTEST_SKIP() << "no Python with the module zstandard (Debian: python3-zstandard)";
  record();
  write_bytes(script(), read_in_python);
  const std::string expected = "10 0.9 rl-0000 {'phase': 'phase-0-9'}\n";
  EXPECT_EQ(output_of(python + " " + script() + " " + path()), expected);
  close();
  EXPECT_EQ(output_of(python + " " + script() + " " + path()), expected);
}

TEST_F(RecordingTools, TheShellReadsItWithZstdcatAndJq) {
  const std::string zstdcat = KPLANE_ZSTDCAT;
  const std::string jq = KPLANE_JQ;
  if (zstdcat.empty() || jq.empty()) GTEST_SKIP() << "no zstdcat or no jq";
  record();
  const std::string command =
      zstdcat + " " + path() + " 2>/dev/null | " + jq + " -c 'select(.step == 9) | [.reward, .state.cluster]'";
  EXPECT_EQ(output_of(command), "[0.9,\"rl-0000\"]\n");
  close();
  EXPECT_EQ(output_of(command), "[0.9,\"rl-0000\"]\n");
  EXPECT_EQ(output_of(zstdcat + " -t " + path()), "");
  EXPECT_EQ(output_of(zstdcat + " " + path() + " | wc -l"), "11\n");
}

}  // namespace
}  // namespace kplane::rl
