// Tokens from text and from files that change.
#include "config/credentials.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <kplane/error.hpp>

namespace kplane::config {
namespace {

class TokenFileTest : public testing::Test {
 protected:
  TokenFileTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kplane-token-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    path_ = directory_ / "token";
  }
  ~TokenFileTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  void write(const std::string& text) { std::ofstream(path_, std::ios::trunc) << text; }
  // Rotated as Kubernetes does it: a new file takes the old one's name.
  void rotate(const std::string& text) {
    const auto next = directory_ / "next";
    std::ofstream(next) << text;
    std::filesystem::rename(next, path_);
  }

  std::filesystem::path directory_;
  std::filesystem::path path_;
};

TEST(Credentials, NothingMeansNone) { EXPECT_EQ(make_credentials("", ""), nullptr); }

TEST(Credentials, TokenIsSentAsBearer) {
  const auto credentials = make_credentials("abc", "");
  EXPECT_EQ(credentials->authorization(), "Bearer abc");
  EXPECT_FALSE(credentials->renew("Bearer abc"));
}

TEST(Credentials, TokenAndFileExcludeEachOther) { EXPECT_THROW((void)make_credentials("abc", "/x"), ConfigError); }

TEST(Credentials, TokenThatWouldBreakItsHeaderIsRefusedWithoutBeingQuoted) {
  for (const std::string token : {"se\ncret", "se cret", "se\rcret", "s\xc3\xa9"}) {
    try {
      (void)make_credentials(token, "");
      FAIL() << "accepted";
    } catch (const ConfigError& error) {
      EXPECT_EQ(std::string(error.what()).find("cret"), std::string::npos);
    }
  }
}

TEST_F(TokenFileTest, MissingFileAndDirectoryAreRefused) {
  EXPECT_THROW((void)make_credentials("", path_.string()), ConfigError);
  EXPECT_THROW((void)make_credentials("", directory_.string()), ConfigError);
}

TEST_F(TokenFileTest, PipeIsRefusedRatherThanWaitedFor) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_THROW((void)make_credentials("", path_.string()), ConfigError);
}

TEST_F(TokenFileTest, EmptyFileIsRefused) {
  write(" \n");
  EXPECT_THROW((void)make_credentials("", path_.string()), ConfigError);
}

TEST_F(TokenFileTest, HugeFileIsRefused) {
  write(std::string(100'000, 'a'));
  EXPECT_THROW((void)make_credentials("", path_.string()), ConfigError);
}

TEST_F(TokenFileTest, BlanksAroundTheTokenAreDropped) {
  write("  abc\r\n");
  EXPECT_EQ(make_credentials("", path_.string())->authorization(), "Bearer abc");
}

TEST_F(TokenFileTest, RotatedTokenIsReadAgain) {
  write("one");
  const auto credentials = make_credentials("", path_.string());
  EXPECT_EQ(credentials->authorization(), "Bearer one");
  rotate("two");
  EXPECT_EQ(credentials->authorization(), "Bearer two");
}

TEST_F(TokenFileTest, FileThatIsGoneForAMomentLeavesTheLastToken) {
  write("one");
  const auto credentials = make_credentials("", path_.string());
  std::filesystem::remove(path_);
  EXPECT_EQ(credentials->authorization(), "Bearer one");
  EXPECT_FALSE(credentials->renew("Bearer one"));
  write("");
  EXPECT_EQ(credentials->authorization(), "Bearer one");
  rotate("two");
  EXPECT_EQ(credentials->authorization(), "Bearer two");
}

TEST_F(TokenFileTest, RenewTellsWhetherAnotherTokenIsThereNow) {
  write("one");
  const auto credentials = make_credentials("", path_.string());
  EXPECT_FALSE(credentials->renew("Bearer one"));
  rotate("two");
  EXPECT_TRUE(credentials->renew("Bearer one"));
  // Another thread has renewed already: the caller's token is still the old one.
  EXPECT_TRUE(credentials->renew("Bearer one"));
  EXPECT_FALSE(credentials->renew("Bearer two"));
}

}  // namespace
}  // namespace kplane::config
