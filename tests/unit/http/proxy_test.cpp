// Which proxy the environment means, and for which hosts. The table of NO_PROXY was made by Go's own
// golang.org/x/net/http/httpproxy.
#include "http/proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include <kplane/error.hpp>

#include "config/proxy_environment.hpp"
#include "support/environment.hpp"

namespace kplane::http {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Variables = std::map<std::string, std::string>;

std::string proxy_of(const Variables& variables, const std::string& url = "https://plane.test:6443") {
  return environment_proxy(config::proxy_environment(tests::lookup_in(variables)), parse_base_url(url));
}

std::string error_of(const Variables& variables, const std::string& url = "https://plane.test:6443") {
  try {
    return "accepted as " + proxy_of(variables, url);
  } catch (const ConfigError& error) {
    return error.what();
  }
}

struct Row {
  const char* no_proxy;
  const char* url;
  bool is_direct;
};

constexpr Row rows[] = {
    {"", "https://plane.test", false},
    {"", "https://localhost:6443", true},
    {"", "https://127.0.0.1:6443", true},
    {"", "https://127.9.9.9", true},
    {"", "https://[::1]:6443", true},
    {"", "https://[::ffff:127.0.0.1]:6443", true},
    {"", "https://[::2]:6443", false},
    {"", "http://localhost", true},
    {"plane.test", "https://plane.test", true},
    {"plane.test", "https://PLANE.test", true},
    {"PLANE.Test", "https://plane.test", true},
    {"plane.test", "https://a.plane.test", true},
    {"plane.test", "https://a.b.plane.test", true},
    {"plane.test", "https://aplane.test", false},
    {"plane.test", "https://plane.test.org", false},
    {"plane.test", "https://test", false},
    {".plane.test", "https://plane.test", false},
    {".plane.test", "https://a.plane.test", true},
    {".plane.test", "https://a.b.plane.test", true},
    {"*.plane.test", "https://plane.test", false},
    {"*.plane.test", "https://a.plane.test", true},
    {"*plane.test", "https://plane.test", false},
    {"*plane.test", "https://aplane.test", false},
    {"plane.*", "https://plane.test", false},
    {"*", "https://plane.test", true},
    {"*", "https://10.0.0.1", true},
    {"a,*", "https://plane.test", true},
    {"*,a", "https://plane.test", true},
    {"a, * ,b", "https://plane.test", true},
    {"a *", "https://plane.test", false},
    {"**", "https://plane.test", false},
    {"*.", "https://plane.test", false},
    {"*.", "https://plane.test.", true},
    {".", "https://plane.test", false},
    {".", "https://plane.test.", true},
    {"plane.test", "https://plane.test.", false},
    {"plane.test.", "https://plane.test.", true},
    {"plane.test.", "https://plane.test", false},
    {"plane.test:443", "https://plane.test", true},
    {"plane.test:443", "https://plane.test:443", true},
    {"plane.test:443", "https://plane.test:6443", false},
    {"plane.test:6443", "https://plane.test:6443", true},
    {"plane.test:80", "http://plane.test", true},
    {"plane.test:80", "https://plane.test", false},
    {"plane.test:", "https://plane.test:6443", true},
    {"plane.test:443", "https://a.plane.test", true},
    {".plane.test:443", "https://a.plane.test", true},
    {".plane.test:443", "https://plane.test", false},
    {"*.plane.test:6443", "https://a.plane.test:6443", true},
    {"*.plane.test:6443", "https://a.plane.test", false},
    {"*:443", "https://plane.test", false},
    {":443", "https://plane.test", false},
    {":", "https://plane.test", false},
    {"plane.test:https", "https://plane.test", false},
    {"plane.test:443:443", "https://plane.test", false},
    {"a.test,plane.test", "https://plane.test", true},
    {" plane.test , b", "https://plane.test", true},
    {"\tplane.test\n", "https://plane.test", true},
    {"a.test plane.test", "https://plane.test", false},
    {"a.test;plane.test", "https://plane.test", false},
    {",,plane.test,,", "https://plane.test", true},
    {"https://plane.test", "https://plane.test", false},
    {"plane.test/", "https://plane.test", false},
    {"10.0.0.1", "https://10.0.0.1", true},
    {"10.0.0.1", "https://10.0.0.1:6443", true},
    {"10.0.0.1", "https://10.0.0.10", false},
    {"10.0.0.1", "https://110.0.0.1", false},
    {"10.0.0.1", "https://[::ffff:10.0.0.1]", true},
    {"10.0.0.1:6443", "https://10.0.0.1:6443", true},
    {"10.0.0.1:6443", "https://10.0.0.1", false},
    {"10.0.0", "https://10.0.0.1", false},
    {"10.", "https://10.0.0.1", false},
    {"10.0.0.*", "https://10.0.0.1", false},
    {".0.0.1", "https://10.0.0.1", false},
    {"0.1", "https://10.0.0.1", false},
    {"010.0.0.1", "https://10.0.0.1", false},
    {"10.0.0.0/8", "https://10.1.2.3", true},
    {"10.0.0.0/8", "https://11.1.2.3", false},
    {"10.0.0.0/8", "https://10.1.2.3:6443", true},
    {"10.9.9.9/8", "https://10.1.2.3", true},
    {"10.0.0.0/08", "https://10.1.2.3", true},
    {"10.0.0.0/33", "https://10.0.0.0", false},
    {"10.0.0.0/", "https://10.0.0.0", false},
    {"10.0.0.0/-1", "https://10.0.0.0", false},
    {"10.0.0.0/8:443", "https://10.1.2.3", false},
    {"10.0.0.0/8", "https://plane.test", false},
    {"10.0/8", "https://10.1.2.3", false},
    {"192.0.2.64/26", "https://192.0.2.127", true},
    {"192.0.2.64/26", "https://192.0.2.128", false},
    {"192.0.2.7/32", "https://192.0.2.7", true},
    {"192.0.2.7/32", "https://192.0.2.6", false},
    {"0.0.0.0/0", "https://192.0.2.7", true},
    {"0.0.0.0/0", "https://[fd00::1]", false},
    {"::/0", "https://[fd00::1]", true},
    {"::/0", "https://192.0.2.7", false},
    {"::ffff:10.0.0.0/104", "https://10.1.2.3", true},
    {"::ffff:10.0.0.0/80", "https://10.1.2.3", false},
    {"fd00::/8", "https://[fd12::1]", true},
    {"fd00::/8", "https://[fe00::1]", false},
    {"fd00::/127", "https://[fd00::1]", true},
    {"fd00::/127", "https://[fd00::2]", false},
    {"[fd00::]/8", "https://[fd12::1]", false},
    {"fd00::1", "https://[fd00::1]", true},
    {"FD00::1", "https://[fd00::1]", true},
    {"fd00:0::1", "https://[fd00::1]:6443", true},
    {"fd00::1", "https://[fd00::2]", false},
    {"[fd00::1]", "https://[fd00::1]", false},
    {"[fd00::1]:6443", "https://[fd00::1]:6443", true},
    {"[fd00::1]:6443", "https://[fd00::1]", false},
    {"[fd00::1]:", "https://[fd00::1]", true},
    {"fd00::1:6443", "https://[fd00::1]:6443", false},
    {"[10.0.0.1]:443", "https://10.0.0.1", true},
    {"[plane.test]:443", "https://plane.test", true},
    {"[plane.test]", "https://plane.test", false},
    {"localhost", "https://plane.localhost", true},
    {"test", "https://plane.test", true},
};

TEST(NoProxy, MeansTheHostsThatItMeansToGo) {
  for (const Row& row : rows) {
    const std::string proxy =
        proxy_of({{"HTTPS_PROXY", "http://p:1"}, {"HTTP_PROXY", "http://p:1"}, {"NO_PROXY", row.no_proxy}}, row.url);
    EXPECT_EQ(proxy, row.is_direct ? "" : "http://p:1") << '"' << row.no_proxy << "\" " << row.url;
  }
}

// Go goes by the name as it is written, and knows no names below `localhost`.
TEST(NoProxy, AlwaysHasLoopback) {
  for (const char* url : {"https://LocalHost", "https://a.localhost", "https://127.1.2.3", "http://[::1]:8080"}) {
    EXPECT_EQ(proxy_of({{"HTTPS_PROXY", "p:1"}, {"HTTP_PROXY", "p:1"}, {"ALL_PROXY", "p:1"}}, url), "") << url;
  }
}

TEST(ProxyEnvironment, TakesUpperCaseFirst) {
  EXPECT_EQ(proxy_of({{"HTTPS_PROXY", "http://a:1"}, {"https_proxy", "http://b:1"}}), "http://a:1");
  EXPECT_EQ(proxy_of({{"HTTPS_PROXY", ""}, {"https_proxy", "http://b:1"}}), "http://b:1");
  EXPECT_EQ(proxy_of({{"HTTPS_PROXY", "http://a:1"}, {"NO_PROXY", "x.test"}, {"no_proxy", "plane.test"}}),
            "http://a:1");
  EXPECT_EQ(proxy_of({{"HTTPS_PROXY", "http://a:1"}, {"NO_PROXY", ""}, {"no_proxy", "plane.test"}}), "");
  EXPECT_EQ(proxy_of({{"HTTP_PROXY", "http://a:1"}, {"http_proxy", "http://b:1"}}, "http://plane.test"), "http://a:1");
  EXPECT_EQ(proxy_of({{"http_proxy", "http://b:1"}}, "http://plane.test"), "http://b:1");
}

TEST(ProxyEnvironment, GoesByTheScheme) {
  EXPECT_EQ(proxy_of({{"HTTP_PROXY", "http://a:1"}}), "");
  EXPECT_EQ(proxy_of({{"HTTPS_PROXY", "http://a:1"}}, "http://plane.test"), "");
}

TEST(ProxyEnvironment, HasAllProxyForWhatHasNone) {
  EXPECT_EQ(proxy_of({{"ALL_PROXY", "http://a:1"}}), "http://a:1");
  EXPECT_EQ(proxy_of({{"all_proxy", "http://a:1"}}, "http://plane.test"), "http://a:1");
  EXPECT_EQ(proxy_of({{"ALL_PROXY", "http://a:1"}, {"https_proxy", "http://b:1"}}), "http://b:1");
  EXPECT_EQ(proxy_of({{"ALL_PROXY", "http://a:1"}, {"NO_PROXY", "plane.test"}}), "");
}

TEST(ProxyEnvironment, MayLeaveOutSchemeAndPort) {
  EXPECT_EQ(proxy_of({{"HTTPS_PROXY", "proxy:3128"}}), "http://proxy:3128");
  EXPECT_EQ(proxy_of({{"HTTPS_PROXY", "10.0.0.1:3128"}}), "http://10.0.0.1:3128");
  EXPECT_EQ(proxy_of({{"HTTPS_PROXY", "[fd00::1]:3128"}}), "http://[fd00::1]:3128");
  EXPECT_EQ(proxy_of({{"HTTPS_PROXY", "joe:s3cret@proxy:3128"}}), "http://joe:s3cret@proxy:3128");
  EXPECT_EQ(proxy_of({{"HTTPS_PROXY", "proxy"}}), "http://proxy:80");
  EXPECT_EQ(proxy_of({{"HTTPS_PROXY", "https://proxy/"}}), "https://proxy:443");
  EXPECT_EQ(proxy_of({{"HTTPS_PROXY", "HTTP://Proxy:1"}}), "http://Proxy:1");
}

TEST(ProxyEnvironment, LetsASocksProxyResolveNames) {
  EXPECT_EQ(proxy_of({{"HTTPS_PROXY", "socks5://proxy"}}), "socks5h://proxy:1080");
  EXPECT_EQ(proxy_of({{"ALL_PROXY", "socks5h://proxy:9"}}), "socks5h://proxy:9");
}

TEST(ProxyEnvironment, IsAnErrorThatNamesTheVariableWhereItIsNoProxy) {
  for (const char* value :
       {"http://", "socks5:proxy:1080", "://x", "http://a b", "http://p:99999", "http://p:port", "ftp://p",
        "http://joe:s3cret%zz@proxy", "http://joe:s3cret%01@proxy", "joe%:s3cret@proxy"}) {
    EXPECT_THAT(error_of({{"https_proxy", value}}),
                AllOf(HasSubstr("https_proxy: the proxy"), Not(HasSubstr("s3cret"))))
        << value;
  }
  EXPECT_EQ(proxy_of({{"https_proxy", "http://joe%@proxy"}, {"NO_PROXY", "plane.test"}}), "") << "it is not needed";
}

TEST(ProxyEnvironment, OfACgiProcessIsNotTrustedForHttp) {
  const Variables cgi = {{"REQUEST_METHOD", "GET"}, {"HTTP_PROXY", "http://a:1"}, {"HTTPS_PROXY", "http://b:1"}};
  EXPECT_EQ(proxy_of(cgi), "http://b:1");
  EXPECT_THAT(error_of(cgi, "http://plane.test"), HasSubstr("HTTP_PROXY cannot be trusted"));
  EXPECT_EQ(proxy_of(cgi, "http://localhost"), "");
}

}  // namespace
}  // namespace kplane::http
