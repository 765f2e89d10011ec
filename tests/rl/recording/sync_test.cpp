// What a Recorder does when a disk fails. fsync() and fdatasync() of this program are those of this file.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <string>

#include <kplane/rl/rl.hpp>

#include "rl/recording/steps.hpp"

namespace {

std::atomic<bool> disk_fails{false};
std::atomic<int> directories_synced{0};

int sync_file(int descriptor, long call) {
  if (disk_fails) {
    errno = EIO;
    return -1;
  }
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) ++directories_synced;
  return static_cast<int>(::syscall(call, descriptor));
}

}  // namespace

// The C library's, so that the Recorder calls these. NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)
extern "C" int fsync(int descriptor) { return sync_file(descriptor, SYS_fsync); }
extern "C" int fdatasync(int descriptor) { return sync_file(descriptor, SYS_fdatasync); }
// NOLINTEND(readability-inconsistent-declaration-parameter-name)

namespace kplane::rl {
namespace {

class FailingDisk {
 public:
  FailingDisk() { disk_fails = true; }
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;
  ~FailingDisk() { disk_fails = false; }
};

RecorderOptions with_sync_of_each_step() {
  RecorderOptions options = with_little_memory();
  options.fsync_interval = std::chrono::milliseconds{0};
  return options;
}

TEST(RecorderSync, ACallerThatRepeatsAfterAnErrorWritesNoStepTwice) {
  const RecordingDirectory directory;
  Recorder recorder(directory.path(), with_sync_of_each_step());
  {
    const FailingDisk disk;
    recorder.append(make_step(0, 0));
    EXPECT_EQ(recorder.steps(), 1U);
    try {
      recorder.append(make_step(0, 1));
      FAIL();
    } catch (const RecordingWriteError& error) {
      EXPECT_EQ(error.code(), EIO);
      EXPECT_TRUE(error.retryable());
    }
    EXPECT_EQ(recorder.steps(), 1U);
    EXPECT_EQ(Recording(directory.path()).size(), 1U);
    recorder.append(make_step(0, 1));
  }
  EXPECT_THROW(recorder.append(make_step(0, 2)), RecordingWriteError);
  recorder.append(make_step(0, 2));
  recorder.append(make_step(0, 3));
  recorder.close();
  EXPECT_EQ(all_steps(directory.path()).size(), 4U);
}

TEST(RecorderSync, RaisesTheErrorOfAnEarlierStep) {
  const RecordingDirectory directory;
  Recorder recorder(directory.path(), with_sync_of_each_step());
  {
    const FailingDisk disk;
    recorder.append(make_step(0, 0));
  }
  EXPECT_THROW(recorder.sync(), RecordingWriteError);
  recorder.sync();
  {
    const FailingDisk disk;
    recorder.append(make_step(0, 1));
  }
  EXPECT_THROW(recorder.close(), RecordingWriteError);
  recorder.close();
  EXPECT_EQ(all_steps(directory.path()).size(), 2U);
}

TEST(RecorderSync, ForcesTheNameOfTheFileToTheDiskOnce) {
  const RecordingDirectory directory;
  directories_synced = 0;
  Recorder recorder(directory.path());
  recorder.append(make_step(0, 0));
  EXPECT_EQ(directories_synced, 0);
  recorder.sync();
  EXPECT_EQ(directories_synced, 1);
  recorder.sync();
  EXPECT_EQ(directories_synced, 1);
  const Recorder other(directory.path("other"), with_sync_of_each_step());
  EXPECT_EQ(directories_synced, 2);
}

}  // namespace
}  // namespace kplane::rl
