// Tokens from text and from files that change.
#include "auth/credentials.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <kplane/error.hpp>

#include "support/temporary_directory.hpp"

namespace kplane::auth {
namespace {

std::shared_ptr<http::Credentials> of(const std::string& token, const std::string& token_file = {}) {
  ClientOptions options;
  options.token = token;
  options.token_file = token_file;
  return make_credentials(sources_of(options));
}

/// The Authorization header.
std::string said_by(http::Credentials& credentials) {
  const http::AuthInfoPtr identity = credentials.current({});
  return std::string(http::find_header(identity->headers, "Authorization").value_or("nothing"));
}

class TokenFileTest : public testing::Test {
 protected:
  void write(const std::string& text) { std::ofstream(path_, std::ios::trunc) << text; }
  // Rotated as Kubernetes does it: a new file takes the old one's name.
  void rotate(const std::string& text) {
    const auto next = directory_ / "next";
    std::ofstream(next) << text;
    std::filesystem::rename(next, path_);
  }

  const tests::TemporaryDirectory temporary_;
  const std::filesystem::path directory_ = temporary_.path();
  const std::filesystem::path path_ = directory_ / "token";
};

TEST(Credentials, NothingMeansNone) { EXPECT_EQ(of({}, {}), nullptr); }

TEST(Credentials, TokenIsSentAsBearer) {
  const auto credentials = of("abc");
  EXPECT_EQ(said_by(*credentials), "Bearer abc");
  EXPECT_FALSE(credentials->renew(credentials->current({})));
}

TEST(Credentials, TokenAndFileExcludeEachOther) { EXPECT_THROW((void)of("abc", "/x"), ConfigError); }

TEST(Credentials, TokenThatWouldBreakItsHeaderIsRefusedWithoutBeingQuoted) {
  for (const std::string token : {"se\ncret", "se cret", "se\rcret", "s\xc3\xa9"}) {
    try {
      (void)of(token);
      FAIL() << "accepted";
    } catch (const ConfigError& error) {
      EXPECT_EQ(std::string(error.what()).find("cret"), std::string::npos);
    }
  }
}

TEST_F(TokenFileTest, MissingFileAndDirectoryAreRefused) {
  EXPECT_THROW((void)of({}, path_.string()), ConfigError);
  EXPECT_THROW((void)of({}, directory_.string()), ConfigError);
}

TEST_F(TokenFileTest, PipeIsRefusedRatherThanWaitedFor) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_THROW((void)of({}, path_.string()), ConfigError);
}

TEST_F(TokenFileTest, EmptyFileIsRefused) {
  write(" \n");
  EXPECT_THROW((void)of({}, path_.string()), ConfigError);
}

TEST_F(TokenFileTest, HugeFileIsRefused) {
  write(std::string(100'000, 'a'));
  EXPECT_THROW((void)of({}, path_.string()), ConfigError);
}

TEST_F(TokenFileTest, BlanksAroundTheTokenAreDropped) {
  write("  abc\r\n");
  EXPECT_EQ(said_by(*of({}, path_.string())), "Bearer abc");
}

TEST_F(TokenFileTest, RotatedTokenIsReadAgain) {
  write("one");
  const auto credentials = of({}, path_.string());
  EXPECT_EQ(said_by(*credentials), "Bearer one");
  rotate("two");
  EXPECT_EQ(said_by(*credentials), "Bearer two");
}

TEST_F(TokenFileTest, FileThatIsGoneForAMomentLeavesTheLastToken) {
  write("one");
  const auto credentials = of({}, path_.string());
  std::filesystem::remove(path_);
  EXPECT_EQ(said_by(*credentials), "Bearer one");
  EXPECT_FALSE(credentials->renew(credentials->current({})));
  write("");
  EXPECT_EQ(said_by(*credentials), "Bearer one");
  rotate("two");
  EXPECT_EQ(said_by(*credentials), "Bearer two");
}

TEST_F(TokenFileTest, RenewTellsWhetherAnotherTokenIsThereNow) {
  write("one");
  const auto credentials = of({}, path_.string());
  const http::AuthInfoPtr first = credentials->current({});
  EXPECT_FALSE(credentials->renew(first));
  rotate("two");
  EXPECT_TRUE(credentials->renew(first));
  // Another thread has renewed already: the caller's token is still the old one.
  EXPECT_TRUE(credentials->renew(first));
  EXPECT_FALSE(credentials->renew(credentials->current({})));
}

}  // namespace
}  // namespace kplane::auth
