// Files that are none, are endless or silent, and a process that can open no more of them.
#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include <kplane/error.hpp>
#include <kplane/manifests.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/private_file.hpp"
#include "support/few_files.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::config {
namespace {

using ::testing::HasSubstr;

constexpr detail::FilePatience little{std::chrono::milliseconds{20}, std::chrono::milliseconds{20}};

class FileTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  [[nodiscard]] std::string make_pipe(const std::string& name) const {
    EXPECT_EQ(::mkfifo(path(name).c_str(), 0600), 0);
    return path(name);
  }

 private:
  tests::TemporaryDirectory directory_;
};

std::string error_of(const std::string& path, detail::FileKind kind) {
  try {
    return "read: " + detail::read_file(path, 1'000, "the file", kind, little);
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST_F(FileTest, PipeThatNobodyWritesToIsNoFile) {
  const std::string pipe = make_pipe("pipe");
  EXPECT_THAT(error_of(pipe, detail::FileKind::any), HasSubstr("without a writer"));
  EXPECT_THAT(error_of(pipe, detail::FileKind::regular), HasSubstr("not a regular file"));
}

TEST_F(FileTest, PipeWithASilentWriterIsNotWaitedForWithoutEnd) {
  const std::string pipe = make_pipe("pipe");
  const int silent = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(silent, 0);
  EXPECT_THAT(error_of(pipe, detail::FileKind::any), HasSubstr("no data arrived"));
  ASSERT_EQ(::write(silent, "some", 4), 4);
  EXPECT_THAT(error_of(pipe, detail::FileKind::any), HasSubstr("no data arrived"));
  ::close(silent);
}

TEST_F(FileTest, PipeIsReadToItsEnd) {
  const std::string pipe = make_pipe("pipe");
  std::thread writer([&] {
    std::ofstream out(pipe);
    for (int i = 0; i < 50; ++i) out << "line\n" << std::flush;
  });
  const std::string text = detail::read_file(pipe, 1'000, "the file", detail::FileKind::any);
  writer.join();
  EXPECT_EQ(text.size(), 250U);
}

TEST_F(FileTest, PipeWithoutANameMayBeEmpty) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const std::string path = "/dev/fd/" + std::to_string(ends[0]);
  if (::access(path.c_str(), R_OK) != 0) GTEST_SKIP() << "no /dev/fd";
  ASSERT_EQ(::write(ends[1], "text", 4), 4);
  ::close(ends[1]);
  EXPECT_EQ(error_of(path, detail::FileKind::any), "read: text");
  EXPECT_EQ(error_of(path, detail::FileKind::any), "read: ");
  ::close(ends[0]);
}

TEST_F(FileTest, DevicesEndOrAreTooLarge) {
  EXPECT_EQ(error_of("/dev/null", detail::FileKind::any), "read: ");
  EXPECT_THAT(error_of("/dev/zero", detail::FileKind::any), HasSubstr("too large"));
  EXPECT_THAT(error_of("/dev/zero", detail::FileKind::regular), HasSubstr("not a regular file"));
}

TEST_F(FileTest, DirectoryOfManifestsHoldsNoPipes) {
  static_cast<void>(make_pipe("a.yaml"));
  try {
    static_cast<void>(Manifests::from_directory(path("")));
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("not a regular file"));
  }
}

TEST_F(FileTest, LimitOfOpenFilesIsSaid) {
  if (tests::needs_files) GTEST_SKIP() << tests::why_files_are_needed;
  std::ofstream(path("file")) << "text";
  std::ofstream(path("a.yaml")) << "kind: A";
  const auto error_without_files = [](auto call) -> std::string {
    const tests::FewFiles none;
    try {
      call();
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "no error";
  };
  const auto says_so = ::testing::AllOf(HasSubstr("too many open files"), HasSubstr("ulimit -n"));
  EXPECT_THAT(error_without_files([&] { static_cast<void>(detail::read_file(path("file"), 100, "the file")); }),
              says_so);
  EXPECT_THAT(error_without_files([&] { write_private_file(path("new"), "text"); }), says_so);
  EXPECT_THAT(error_without_files([&] { static_cast<void>(Manifests::from_directory(path(""))); }), says_so);
}

}  // namespace
}  // namespace kplane::config
