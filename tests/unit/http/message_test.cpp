// Header rules.
#include "http/message.hpp"

#include <gtest/gtest.h>

#include <kplane/error.hpp>

namespace kplane::http {
namespace {

TEST(Headers, NamesAreFoundInAnyCase) {
  const Headers headers = {{"Retry-After", "1"}, {"retry-after", "2"}};
  EXPECT_EQ(find_header(headers, "RETRY-AFTER"), "1");
  EXPECT_EQ(find_header(headers, "Retry"), std::nullopt);
}

TEST(Headers, ValueWithALineBreakIsRefused) {
  EXPECT_THROW(check_header("X-A", "1\r\nX-B: 2"), ConfigError);
  EXPECT_THROW(check_header("X-A", "1\nX"), ConfigError);
  EXPECT_THROW(check_header("X-A", std::string("a\0b", 3)), ConfigError);
  EXPECT_NO_THROW(check_header("X-A", "a\tb \xc3\xa9"));
}

TEST(Conceal, BlotsOutTheCredentialInHeaders) {
  const AuthInfo identity{{{"Impersonate-User", "administrator"}, {"Authorization", "Bearer long-secret"}}};
  Headers headers = {{"X-Seen", "<long-secret>, administrator"}, {"Warning", R"(299 - "long\-secre\t")"}};
  conceal(headers, identity);
  EXPECT_EQ(headers[0].second, "<***********>, administrator");
  EXPECT_EQ(headers[1].second, "299 - \"*************\"") << "as a quoted-pair";
}

TEST(Headers, NameMustBeAToken) {
  EXPECT_THROW(check_header("", "1"), ConfigError);
  EXPECT_THROW(check_header("X A", "1"), ConfigError);
  EXPECT_THROW(check_header("X:", "1"), ConfigError);
  EXPECT_NO_THROW(check_header("X-Trace_1", "1"));
}

TEST(Methods, IdempotentOnesAreTheStandards) {
  for (const char* method : {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}) EXPECT_TRUE(is_idempotent(method)) << method;
  for (const char* method : {"POST", "PATCH", "get"}) EXPECT_FALSE(is_idempotent(method)) << method;
}

}  // namespace
}  // namespace kplane::http
