// Base URLs, escaping, secrets.
#include "http/url.hpp"

#include <gtest/gtest.h>

#include <kplane/error.hpp>

namespace kplane::http {
namespace {

TEST(BaseUrl, IsKeptWithoutTrailingSlash) {
  EXPECT_EQ(parse_base_url("https://127.0.0.1:6443").text, "https://127.0.0.1:6443");
  EXPECT_EQ(parse_base_url("https://host/").text, "https://host");
  EXPECT_EQ(parse_base_url("http://host:80/ingress/kplane//").text, "http://host:80/ingress/kplane");
  EXPECT_EQ(parse_base_url("https://[::1]:6443/x").text, "https://[::1]:6443/x");
  EXPECT_TRUE(parse_base_url("https://host").is_tls);
  EXPECT_FALSE(parse_base_url("http://host").is_tls);
}

TEST(BaseUrl, RefusesWhatIsNoPlainHttpAddress) {
  for (const char* text : {"",
                           "host",
                           "host:6443",
                           "localhost:6443/x",
                           "ftp://host",
                           "file:///etc/passwd",
                           "unix:///x",
                           "https://",
                           "https:///path",
                           "https://host?x=1",
                           "https://host/?",
                           "https://host#f",
                           "https://host/#",
                           "https://user@host",
                           "https://user:pass@host",
                           "https://:pass@host",
                           "https://host:port",
                           "https://host:99999",
                           "https://ho st",
                           "https://host/a b",
                           "https://host\n",
                           "https://host\\x",
                           " https://host",
                           "https://host/../x",
                           "https://host/%2e%2e/x",
                           "http://[fe80::1%25eth0]:1",
                           "http://a%252fb"}) {
    EXPECT_THROW((void)parse_base_url(text), ConfigError) << text;
  }
}

TEST(BaseUrl, ErrorNeverShowsUserInfo) {
  try {
    (void)parse_base_url("https://user:hunter2@host");
    FAIL() << "accepted";
  } catch (const ConfigError& error) {
    EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
  }
}

TEST(BaseUrl, KnowsLoopback) {
  for (const char* text : {"http://localhost:1", "http://LOCALHOST", "http://a.localhost", "http://127.0.0.1",
                           "http://127.9.9.9", "http://[::1]:5"}) {
    EXPECT_TRUE(parse_base_url(text).is_loopback) << text;
  }
  for (const char* text : {"http://127.evil.com", "http://localhost.evil.com", "http://evillocalhost",
                           "http://128.0.0.1", "http://10.0.0.1", "http://[::2]", "http://0.0.0.0"}) {
    EXPECT_FALSE(parse_base_url(text).is_loopback) << text;
  }
}

TEST(TlsName, PutsAnotherNameIntoTheUrlAndConnectsToTheSameHost) {
  const TlsName name = make_tls_name(parse_base_url("https://10.0.0.1:6443/kplane"), "kubernetes");
  EXPECT_EQ(name.origin, "https://10.0.0.1:6443");
  EXPECT_EQ(name.named_origin, "https://kubernetes:6443");
  EXPECT_EQ(name.host, "10.0.0.1:6443");
  EXPECT_EQ(name.connect_to, "kubernetes:6443:10.0.0.1:6443");
  EXPECT_EQ(make_tls_name(parse_base_url("https://[::1]"), "fd00::1").connect_to, "[fd00::1]:443:[::1]:443");
}

TEST(TlsName, RefusesWhatIsNoName) {
  for (const char* name : {"", "a/b", "a b", "a:443", "user@a", "[::1]", "a\r\nb", "h\xc3\xb6st"}) {
    EXPECT_THROW((void)make_tls_name(parse_base_url("https://host"), name), ConfigError) << name;
  }
  EXPECT_THROW((void)make_tls_name(parse_base_url("http://host"), "name"), ConfigError);
}

TEST(Proxy, MayBeHttpOrSocks) {
  EXPECT_EQ(checked_proxy("http://proxy:3128"), "http://proxy:3128");
  EXPECT_EQ(checked_proxy("https://joe:p%25w@proxy:443"), "https://joe:p%25w@proxy:443");
  EXPECT_EQ(checked_proxy("socks5://proxy:1080"), "socks5h://proxy:1080") << "names are for the proxy to resolve";
  EXPECT_EQ(checked_proxy("SOCKS5://[fd00::1]:1080"), "socks5h://[fd00::1]:1080");
}

TEST(Proxy, WithoutAPortHasTheOneOfItsScheme) {
  EXPECT_EQ(checked_proxy("http://joe:@proxy/"), "http://joe:@proxy:80");
  EXPECT_EQ(checked_proxy("https://joe:pw@proxy/x?y#z"), "https://joe:pw@proxy:443");
  EXPECT_EQ(checked_proxy("socks5h://proxy"), "socks5h://proxy:1080");
  EXPECT_EQ(checked_proxy("socks4a://proxy"), "socks4a://proxy:1080");
  EXPECT_EQ(checked_proxy("http://[fe80::1%25eth0]"), "http://[fe80::1%25eth0]:80");
}

TEST(Proxy, ThatIsNoneIsRefusedWithoutBeingQuoted) {
  for (const char* text :
       {"proxy", "proxy:3128", "ftp://joe:s3cret@proxy", "http://", "http://joe:s3cret@", "http://a b",
        "http://joe:s3cret@proxy\r\n", "://x", "http://j%01oe:s3cret@proxy", "http://joe:s3cret%0a@proxy",
        "http://joe:s3cret%@proxy", "http://joe:s3cret%a@proxy", "http://joe:s3cret%zz@proxy"}) {
    try {
      (void)checked_proxy(text);
      ADD_FAILURE() << text;
    } catch (const ConfigError& error) {
      EXPECT_EQ(std::string(error.what()).find("s3cret"), std::string::npos);
    }
  }
}

TEST(Escape, LeavesOnlyUnreservedCharacters) {
  EXPECT_EQ(escape("a-Z_0.9~"), "a-Z_0.9~");
  EXPECT_EQ(escape("a/b?c=d&e f%"), "a%2Fb%3Fc%3Dd%26e%20f%25");
  EXPECT_EQ(escape(std::string_view("a\0b", 3)), "a%00b");
  EXPECT_EQ(query_string({{"a b", "c&d"}, {"e", ""}}), "?a%20b=c%26d&e=");
  EXPECT_EQ(query_string({}), "");
}

TEST(Path, RefusesWhatWouldLeaveThePlane) {
  for (const char* path :
       {"", "api", "/..", "/api/../x", "/api/..", "/%2e%2e/x", "/.%2E/x", "/x%2f..%2fy", "/x%2F%2e%2E", "/./x",
        "/a?b=c", "/a#b", "/a b", "/a\nb", "/a\r\nX: y", "/\xc3\xa9", "/a\\b", "/a\"b"}) {
    EXPECT_THROW(check_path(path), ConfigError) << path;
  }
  for (const char* path :
       {"/", "/api/v1/pods", "/apis/x.y/v1/a%2Fb", "/a..b/c", "/api/v1/namespaces/d/services/s:80/proxy/"}) {
    EXPECT_NO_THROW(check_path(path)) << path;
  }
}

TEST(WithoutSecrets, BlanksWhatLooksLikeOne) {
  EXPECT_EQ(without_secrets("https://h/x?resource=pods&token=abc&X-Amz-Signature=def&warm=true"),
            "https://h/x?resource=pods&token=REDACTED&X-Amz-Signature=REDACTED&warm=true");
  EXPECT_EQ(without_secrets("https://h/x"), "https://h/x");
  EXPECT_EQ(without_secrets("https://me:pass@h:1/x@y"), "https://h:1/x@y");
  EXPECT_EQ(without_secrets("//me:p@ss@h?token=abc"), "//h?token=REDACTED");
  EXPECT_EQ(without_secrets("https://h/x?"), "https://h/x?");
  EXPECT_EQ(without_secrets("https://h/x?ACCESS_TOKEN=abc"), "https://h/x?ACCESS_TOKEN=REDACTED");
  EXPECT_EQ(without_secrets("https://h/x?access%5Ftoken=abc;passphrase=b"),
            "https://h/x?access%5Ftoken=REDACTED;passphrase=REDACTED");
  EXPECT_EQ(without_secrets("https://h/x#id_token=abc&state=1"), "https://h/x#id_token=REDACTED&state=1");
  EXPECT_EQ(without_secrets("https://h/x?a=1#session=abc"), "https://h/x?a=1#session=REDACTED");
}

}  // namespace
}  // namespace kplane::http
