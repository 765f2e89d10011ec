// A disk that is full at each call that writes: nothing that was reported as written is lost, and what fails says so.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>
#include <kplane/testing/local_server.hpp>

#include "process/failing_writes.hpp"
#include "rl/recording/steps.hpp"

namespace kplane::tests {
namespace {

/// Records steps, some of them twice where the first attempt failed, and closes the file. @return those that were
/// written
std::vector<std::int64_t> record(const std::string& path, const rl::RecorderOptions& options) {
  constexpr std::int64_t steps = 12;
  std::vector<std::int64_t> written;
  try {
    rl::Recorder recorder(path, options);
    for (std::int64_t step = 0; step < steps; ++step) {
      for (int attempt = 0; attempt < 2; ++attempt) {
        try {
          recorder.append(rl::make_step(0, step));
          written.push_back(step);
          break;
        } catch (const rl::RecordingWriteError& error) {
          EXPECT_EQ(error.code(), ENOSPC);
        }
      }
    }
    recorder.close();
  } catch (const rl::RecordingWriteError& error) {
    EXPECT_EQ(error.code(), ENOSPC);
  }
  return written;
}

std::vector<std::int64_t> recorded(const std::string& path) {
  std::vector<std::int64_t> steps;
  for (const rl::Step& step : rl::all_steps(path)) steps.push_back(step.step);
  return steps;
}

class FullDiskTest : public ::testing::TestWithParam<FullDisk::Lasts> {};

TEST_P(FullDiskTest, LosesNoStepThatWasRecordedAndRepeatsNone) {
  rl::RecorderOptions options = rl::with_little_memory();
  options.frame_bytes = 2'000;
  for (const bool syncs : {false, true}) {
    if (syncs) options.fsync_interval = std::chrono::milliseconds{0};
    int calls = 0;
    for (bool was_met = true; was_met; ++calls) {
      SCOPED_TRACE(calls);
      const rl::RecordingDirectory directory;
      std::vector<std::int64_t> written;
      {
        const FullDisk disk(calls + 1, GetParam());
        written = record(directory.path(), options);
        was_met = disk.was_met();
      }
      rl::Recorder again(directory.path(), options);  // there is room again
      again.append(rl::make_step(0, 100));
      again.close();
      written.push_back(100);
      EXPECT_EQ(recorded(directory.path()), written);
      EXPECT_EQ(rl::Recording(directory.path()).torn_bytes(), 0U);
    }
    EXPECT_GT(calls, 13) << "one for each step, and the header";
  }
}

TEST_P(FullDiskTest, LeavesTheOldKubeconfig) {
  const testing::LocalServer server;
  const Client client = server.client();
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "config").string();
  client.plane("old").write_kubeconfig(path);
  const std::string before = rl::read_bytes(path);
  int calls = 0;
  for (bool was_met = true; was_met; ++calls) {
    SCOPED_TRACE(calls);
    const FullDisk disk(calls + 1, GetParam());
    try {
      client.plane("new").write_kubeconfig(path);
      EXPECT_FALSE(disk.was_met());
    } catch (const ConfigError& error) {
      EXPECT_NE(std::string(error.what()).find("No space left"), std::string::npos) << error.what();
      EXPECT_EQ(rl::read_bytes(path), before);
    }
    was_met = disk.was_met();
  }
  EXPECT_GT(calls, 2) << "a write and an fsync";
  EXPECT_NE(rl::read_bytes(path), before);
}

INSTANTIATE_TEST_SUITE_P(For, FullDiskTest, ::testing::Values(FullDisk::Lasts::one_call, FullDisk::Lasts::from_then_on),
                         [](const auto& lasts) {
                           return lasts.param == FullDisk::Lasts::one_call ? "OneCall" : "FromThenOn";
                         });

}  // namespace
}  // namespace kplane::tests
