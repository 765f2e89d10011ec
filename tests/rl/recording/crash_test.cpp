// What is left of a recording when its process, or its disk, comes to an end.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <kplane/rl/rl.hpp>

#include "rl/recording/steps.hpp"

namespace kplane::rl {
namespace {

/// Steps 0, 1, 2, … of one episode.
void expect_steps_in_order(const std::vector<Step>& steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    ASSERT_EQ(steps[i].step, static_cast<std::int64_t>(i));
    const Step expected = make_step(0, steps[i].step);
    ASSERT_EQ(steps[i].state.raw(), expected.state.raw());
  }
}

/// Appends for ever, and says after each step by a byte that it is written.
[[noreturn]] void append_until_killed(const std::string& path, int first, int pipe) {
  RecorderOptions options = with_little_memory();
  options.frame_bytes = 20'000;  // so that frames end too
  Recorder recorder(path, options);
  for (int i = first;; ++i) {
    recorder.append(make_step(0, i));
    if (::write(pipe, "", 1) != 1) ::_exit(1);
  }
}

/// @return how many steps the process had written for certain
int run_and_kill(const std::string& path, int first, int after) {
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) return -1;
  const pid_t child = ::fork();
  if (child == 0) append_until_killed(path, first, pipe[1]);
  ::close(pipe[1]);
  char byte = 0;
  int written = 0;
  while (written < after && ::read(pipe[0], &byte, 1) == 1) ++written;
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  while (::read(pipe[0], &byte, 1) == 1) ++written;
  ::close(pipe[0]);
  return written;
}

TEST(RecorderCrash, LosesNoStepThatWasAppended) {
  const RecordingDirectory directory;
  std::mt19937 random(1);
  std::size_t there = 0;
  for (int round = 0; round < 12; ++round) {
    const int written = run_and_kill(directory.path(), static_cast<int>(there), 1 + static_cast<int>(random() % 60));
    ASSERT_GT(written, 0);
    const std::vector<Step> steps = all_steps(directory.path());
    expect_steps_in_order(steps);
    // One more may have been written that the process did not come to report.
    ASSERT_GE(steps.size(), there + static_cast<std::size_t>(written));
    ASSERT_LE(steps.size(), there + static_cast<std::size_t>(written) + 1);
    there = steps.size();
  }
  Recorder recorder(directory.path());
  recorder.append(make_step(0, static_cast<std::int64_t>(there)));
  recorder.close();
  expect_steps_in_order(all_steps(directory.path()));
  EXPECT_EQ(Recording(directory.path()).size(), there + 1);
}

/// Where in the file each step was there as a whole.
std::vector<std::uint64_t> record_and_note_ends(const std::string& path, int steps) {
  RecorderOptions options = with_little_memory();
  options.frame_bytes = 3'000;
  std::vector<std::uint64_t> ends;
  Recorder recorder(path, options);
  for (int i = 0; i < steps; ++i) {
    recorder.append(make_step(0, i));
    ends.push_back(recorder.file_bytes());
  }
  return ends;
}

TEST(RecorderCrash, AFileCutAnywhereIsReadAndContinued) {
  const RecordingDirectory directory;
  const std::vector<std::uint64_t> ends = record_and_note_ends(directory.path("whole"), 20);
  const std::string whole = read_bytes(directory.path("whole"));
  std::uint64_t header_end = 0;
  {
    Recorder recorder(directory.path("empty"));
    header_end = recorder.file_bytes();
  }
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    SCOPED_TRACE(size);
    write_bytes(directory.path(), whole.substr(0, size));
    const auto complete = static_cast<std::size_t>(
        std::count_if(ends.begin(), ends.end(), [&](std::uint64_t end) { return end <= size; }));
    if (size >= header_end) {
      const Recording recording(directory.path());
      // The end of a frame comes after its last step, so that step may be there before `ends` says so.
      ASSERT_GE(recording.size(), complete);
      ASSERT_LE(recording.size(), complete + 1);
    }
    std::size_t kept = 0;
    {
      Recorder recorder(directory.path(), with_little_memory());
      ASSERT_LE(recorder.torn_bytes(), size);
      kept = Recording(directory.path()).size();
      recorder.append(make_step(0, static_cast<std::int64_t>(kept)));
    }
    ASSERT_GE(kept, complete);
    const std::vector<Step> steps = all_steps(directory.path());
    ASSERT_EQ(steps.size(), kept + 1);
    expect_steps_in_order(steps);
    ASSERT_EQ(Recording(directory.path()).torn_bytes(), 0U);
  }
}

TEST(RecorderCrash, CountsWhatIsTorn) {
  const RecordingDirectory directory;
  std::string bytes;
  {
    Recorder recorder(directory.path());
    recorder.append(make_step(0, 0));
    const std::uint64_t first = recorder.file_bytes();
    recorder.append(make_step(0, 1));
    bytes = read_bytes(directory.path()).substr(0, first + 5);
  }
  write_bytes(directory.path(), bytes);
  EXPECT_EQ(Recording(directory.path()).torn_bytes(), 5U);
  EXPECT_EQ(Recorder(directory.path()).torn_bytes(), 5U);
  EXPECT_EQ(Recording(directory.path()).torn_bytes(), 0U);
}

TEST(RecorderCrash, ZerosAtTheEndAreTorn) {
  const RecordingDirectory directory;
  Recorder(directory.path()).append(make_step(0, 0));
  const std::string whole = read_bytes(directory.path());
  write_bytes(directory.path(), whole + std::string(5'000, '\0'));
  EXPECT_EQ(Recording(directory.path()).torn_bytes(), 5'000U);
  Recorder recorder(directory.path());
  EXPECT_EQ(recorder.torn_bytes(), 5'000U);
  recorder.append(make_step(0, 1));
  EXPECT_EQ(all_steps(directory.path()).size(), 2U);
}

TEST(RecorderCrash, AChildOfForkDoesNotEndTheFrameOfItsParent) {
  const RecordingDirectory directory;
  auto recorder = std::make_unique<Recorder>(directory.path());
  recorder->append(make_step(0, 0));
  const pid_t child = ::fork();
  if (child == 0) {
    recorder.reset();
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_THROW(Recorder(directory.path()), RecordingLocked);
  recorder->append(make_step(0, 1));
  recorder->close();
  expect_steps_in_order(all_steps(directory.path()));
}

TEST(RecorderCrash, AChildOfForkCannotWrite) {
  const RecordingDirectory directory;
  Recorder recorder(directory.path());
  recorder.append(make_step(0, 0));
  const pid_t child = ::fork();
  if (child == 0) {
    const auto is_refused = [](const auto& call) {
      try {
        call();
        return false;
      } catch (const std::logic_error&) {
        return true;
      }
    };
    const bool append_is = is_refused([&] { recorder.append(make_step(0, 9)); });
    const bool sync_is = is_refused([&] { recorder.sync(); });
    ::_exit(append_is && sync_is ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  recorder.append(make_step(0, 1));
  recorder.close();
  const std::vector<Step> steps = all_steps(directory.path());
  EXPECT_EQ(steps.size(), 2U);
  expect_steps_in_order(steps);
}

TEST(RecorderCrash, AFileThatGrowsWhileItIsReadHasNoMoreTornBytesThanBytes) {
  const RecordingDirectory directory;
  RecorderOptions options = with_little_memory();
  options.frame_bytes = 50'000;
  Recorder recorder(directory.path(), options);
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < 1'000; ++i) recorder.append(make_step(0, i));
    done = true;
  });
  std::size_t before = 0;
  while (!done) {
    const Recording recording(directory.path());
    EXPECT_LE(recording.torn_bytes(), std::filesystem::file_size(directory.path()));
    EXPECT_GE(recording.size(), before);
    before = recording.size();
  }
  writer.join();
}

/// While it lives, no file of this process can grow beyond a size.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uint64_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    struct rlimit low = before_;
    low.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &low);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    static_cast<void>(std::signal(SIGXFSZ, handler_));
  }

 private:
  using Handler = void (*)(int);
  struct rlimit before_ {};
  Handler handler_;
};

/// Appends until the file takes no more. @return how many steps it took
std::int64_t fill(Recorder& recorder, std::int64_t first) {
  for (std::int64_t i = first;; ++i) {
    try {
      recorder.append(make_step(0, i));
    } catch (const RecordingWriteError& error) {
      EXPECT_EQ(error.code(), EFBIG);
      EXPECT_TRUE(error.retryable());
      return i;
    }
  }
}

TEST(RecorderDisk, AFullOneLosesNoEarlierStep) {
  for (const std::size_t frame_bytes : {std::size_t{2'000}, std::size_t{1} << 30U}) {
    const RecordingDirectory directory;
    RecorderOptions options = with_little_memory();
    options.frame_bytes = frame_bytes;
    std::int64_t there = 0;
    {
      Recorder recorder(directory.path(), options);
      {
        const FileSizeLimit limit(6'000);
        there = fill(recorder, 0);
        EXPECT_EQ(fill(recorder, there), there);
        EXPECT_EQ(recorder.steps(), static_cast<std::uint64_t>(there));
        expect_steps_in_order(all_steps(directory.path()));
      }
      EXPECT_GT(there, 10);
      EXPECT_EQ(Recording(directory.path()).size(), static_cast<std::size_t>(there));
      for (int i = 0; i < 30; ++i) recorder.append(make_step(0, there++));  // there is room again
    }
    const std::vector<Step> steps = all_steps(directory.path());
    EXPECT_EQ(steps.size(), static_cast<std::size_t>(there));
    expect_steps_in_order(steps);
    EXPECT_EQ(Recording(directory.path()).torn_bytes(), 0U);
  }
}

TEST(RecorderDisk, AFullOneAtTheEndLosesNoStep) {
  const RecordingDirectory directory;
  std::int64_t there = 0;
  {
    const FileSizeLimit limit(6'000);
    Recorder recorder(directory.path());
    there = fill(recorder, 0);
    try {
      recorder.close();  // the frame's end may just fit where a step does not
    } catch (const RecordingWriteError& error) {
      EXPECT_EQ(error.code(), EFBIG);
    }
  }
  const std::vector<Step> steps = all_steps(directory.path());
  EXPECT_EQ(steps.size(), static_cast<std::size_t>(there));
  expect_steps_in_order(steps);
  Recorder recorder(directory.path());
  recorder.append(make_step(0, there));
  expect_steps_in_order(all_steps(directory.path()));
}

TEST(RecorderDisk, AFullOneAtTheBeginningIsAnError) {
  const RecordingDirectory directory;
  {
    const FileSizeLimit limit(10);
    EXPECT_THROW(Recorder(directory.path()), RecordingWriteError);
  }
  Recorder(directory.path()).append(make_step(0, 0));
  EXPECT_EQ(all_steps(directory.path()).size(), 1U);
}

TEST(RecorderDisk, AFullDeviceIsAnErrorToo) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "there is no /dev/full";
  EXPECT_THROW(Recorder("/dev/full"), ConfigError);  // no regular file
}

}  // namespace
}  // namespace kplane::rl
