// Private files: who may read them, and what is there when writing fails.
#include "config/private_file.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>

#include <kplane/error.hpp>

namespace kplane::config {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kPermissions = 0777;

class PrivateFile : public ::testing::Test {
 protected:
  PrivateFile() : directory_(make_private_directory("kplane-test")) {}
  ~PrivateFile() override { remove_private_directory(directory_); }

  [[nodiscard]] std::string in_directory(const std::string& name) const { return directory_ + '/' + name; }
  [[nodiscard]] std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory_), fs::directory_iterator()));
  }

  [[nodiscard]] static std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] static mode_t mode_of(const std::string& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) throw std::runtime_error("not there: " + path);
    return info.st_mode;
  }
  [[nodiscard]] static std::string refusal_of(const std::string& path) {
    try {
      write_private_file(path, "secret");
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "it was written";
  }

 private:
  const std::string directory_;
};

TEST_F(PrivateFile, IsItsOwnersAlone) {
  const std::string path = in_directory("kubeconfig");
  write_private_file(path, "one");
  EXPECT_EQ(content_of(path), "one");
  EXPECT_EQ(mode_of(path), mode_t{S_IFREG | 0600});
  EXPECT_EQ(entries(), 1U);
}

TEST_F(PrivateFile, IsItsOwnersAloneWhateverTheUmask) {
  for (const mode_t mask : {mode_t{0000}, mode_t{0777}}) {
    const mode_t before = ::umask(mask);
    write_private_file(in_directory("kubeconfig"), "one");
    ::umask(before);
    EXPECT_EQ(mode_of(in_directory("kubeconfig")) & kPermissions, mode_t{0600});
  }
}

TEST_F(PrivateFile, ReplacesOneThatOthersCouldRead) {
  const std::string path = in_directory("kubeconfig");
  std::ofstream(path) << "a longer text than the new one";
  fs::permissions(path, fs::perms::all);
  write_private_file(path, "one");
  EXPECT_EQ(content_of(path), "one");
  EXPECT_EQ(mode_of(path) & kPermissions, mode_t{0600});
}

TEST_F(PrivateFile, ReplacesALinkAndLeavesWhatItPointsTo) {
  const std::string path = in_directory("kubeconfig");
  std::ofstream(in_directory("other")) << "other";
  fs::create_symlink(in_directory("other"), path);
  write_private_file(path, "one");
  EXPECT_EQ(mode_of(path), mode_t{S_IFREG | 0600});
  EXPECT_EQ(content_of(in_directory("other")), "other");
}

TEST_F(PrivateFile, IsReadWholeWhileItIsReplaced) {
  const std::string path = in_directory("kubeconfig");
  const std::string first(100'000, 'a');
  const std::string second(100'000, 'b');
  write_private_file(path, first);
  std::thread writer([&] {
    for (int i = 0; i < 50; ++i) write_private_file(path, i % 2 == 0 ? second : first);
  });
  for (int i = 0; i < 50; ++i) {
    const std::string seen = content_of(path);
    EXPECT_TRUE(seen == first || seen == second);
  }
  writer.join();
  EXPECT_EQ(entries(), 1U);
}

TEST_F(PrivateFile, FailureSaysWhyAndLeavesNothing) {
  const std::string taken = in_directory("taken");
  fs::create_directory(taken);
  std::ofstream(taken + "/inside") << "x";
  EXPECT_EQ(refusal_of(taken), taken + " cannot be written: it is not a regular file");
  EXPECT_EQ(refusal_of(in_directory("absent/kubeconfig")),
            in_directory("absent/kubeconfig") + " cannot be written: No such file or directory");
  EXPECT_EQ(refusal_of(taken + "/inside/kubeconfig"), taken + "/inside/kubeconfig cannot be written: Not a directory");
  EXPECT_NE(refusal_of("").find("is empty"), std::string::npos);
  EXPECT_NE(refusal_of(std::string("a\0b", 3)).find("NUL"), std::string::npos);
  EXPECT_EQ(entries(), 1U);
  EXPECT_EQ(content_of(taken + "/inside"), "x");
}

TEST_F(PrivateFile, DevicesAndPipesAreRefused) {
  const std::string pipe = in_directory("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(refusal_of(pipe), pipe + " cannot be written: it is not a regular file");
  EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST_F(PrivateFile, FullDiskLeavesTheOldContent) {
  const std::string path = in_directory("kubeconfig");
  write_private_file(path, "old");
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  struct rlimit low = before;
  low.rlim_cur = 1024;
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &low), 0);
  std::string why = "it was written";
  try {
    write_private_file(path, std::string(4096, 's'));
  } catch (const ConfigError& error) {
    why = error.what();
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, ignored);
  EXPECT_EQ(why, path + " cannot be written: File too large");
  EXPECT_EQ(content_of(path), "old");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(PrivateFile, DirectoryIsItsOwnersAloneAndNew) {
  const std::string one = make_private_directory("kplane-test");
  const std::string other = make_private_directory("kplane-test");
  EXPECT_NE(one, other);
  EXPECT_EQ(mode_of(one), mode_t{S_IFDIR | 0700});
  fs::create_directories(one + "/deep/er");
  remove_private_directory(one);
  remove_private_directory(other);
  remove_private_directory(other);
  EXPECT_FALSE(fs::exists(one));
  EXPECT_FALSE(fs::exists(other));
}

TEST_F(PrivateFile, DirectoryHasAnAbsolutePath) {
  const char* const before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  const fs::path here = fs::current_path();
  fs::current_path(in_directory(""));
  ::setenv("TMPDIR", ".", 1);
  const std::string made = make_private_directory("kplane-test");
  fs::current_path(here);
  before == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", kept.c_str(), 1);
  EXPECT_EQ(made.front(), '/');
  EXPECT_TRUE(fs::exists(made));
  remove_private_directory(made);
  EXPECT_FALSE(fs::exists(made));
}

/// Runs `work` in a child process, as a user whom permissions bind: not as root. @return whether it returned true
template <class Work>
bool as_nobody(Work work) {
  constexpr uid_t nobody = 65534;
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) ::_exit(2);
    try {
      ::_exit(work() ? 0 : 1);
    } catch (...) {
      ::_exit(3);
    }
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_F(PrivateFile, DirectoryThatCannotBeWrittenIsReported) {
  EXPECT_TRUE(as_nobody([] {
    const std::string closed = make_private_directory("kplane-test");
    fs::permissions(closed, fs::perms::owner_read | fs::perms::owner_exec);
    const std::string why = refusal_of(closed + "/kubeconfig");
    remove_private_directory(closed);
    const bool is_reported = why == closed + "/kubeconfig cannot be written: Permission denied";
    if (!is_reported) std::fprintf(stderr, "%s\n", why.c_str());
    return is_reported;
  }));
}

TEST_F(PrivateFile, DirectoryIsRemovedThoughSomebodyProtectedWhatIsInIt) {
  for (const auto mode : {fs::perms::none, fs::perms::owner_read | fs::perms::owner_exec}) {
    EXPECT_TRUE(as_nobody([mode] {
      const std::string directory = make_private_directory("kplane-test");
      write_private_file(directory + "/kubeconfig", "token");
      fs::create_directories(directory + "/deep/er");
      std::ofstream(directory + "/deep/er/file") << "x";
      for (const char* below : {"/deep/er", "/deep", ""}) fs::permissions(directory + below, mode);
      remove_private_directory(directory);
      return !fs::exists(directory);
    }));
  }
}

TEST_F(PrivateFile, RemovingADirectoryDoesNotFollowLinks) {
  std::ofstream(in_directory("kept")) << "x";
  const std::string other = make_private_directory("kplane-test");
  fs::create_directory_symlink(fs::path(in_directory("kept")).parent_path(), other + "/link");
  remove_private_directory(other);
  EXPECT_EQ(content_of(in_directory("kept")), "x");
}

}  // namespace
}  // namespace kplane::config
