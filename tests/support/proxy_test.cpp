// The proxy that tests send their clients through, driven by a plain libcurl.
#include "support/proxy.hpp"

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Result {
  CURLcode code = CURLE_OK;
  long status = 0;
  long proxy_status = 0;  ///< of the CONNECT
  std::string body{};
};

std::size_t take(char* data, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

/// One GET through a proxy.
class Getter {
 public:
  Getter() : handle_(curl_easy_init(), curl_easy_cleanup) {
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TIMEOUT, 60L);
    set(CURLOPT_NOPROXY, "");
    set(CURLOPT_WRITEFUNCTION, &take);
  }

  template <class Value>
  Getter& set(CURLoption option, Value value) {
    curl_easy_setopt(handle_.get(), option, value);
    return *this;
  }

  Result get(const std::string& url, const std::string& proxy) {
    Result result;
    set(CURLOPT_URL, url.c_str()).set(CURLOPT_PROXY, proxy.c_str()).set(CURLOPT_WRITEDATA, &result.body);
    result.code = curl_easy_perform(handle_.get());
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &result.status);
    curl_easy_getinfo(handle_.get(), CURLINFO_HTTP_CONNECTCODE, &result.proxy_status);
    return result;
  }

 private:
  std::unique_ptr<CURL, void (*)(CURL*)> handle_;
};

class ProxyTest : public ::testing::Test {
 protected:
  /// A proxy that leads to the server, whatever it is asked for.
  ProxyOptions to_server(const std::string& credentials = {}) const { return {credentials, server_.port()}; }
  std::string server_at(const std::string& host) const {
    return "http://" + host + ":" + std::to_string(server_.port()) + "/";
  }

  RawServer server_{answering([](const std::string& request) { return http_response(200, request); })};
};

TEST_F(ProxyTest, ForwardsPlainRequestsWithoutWhatIsMeantForIt) {
  Proxy proxy(to_server());
  Getter getter;
  getter.set(CURLOPT_PROXYUSERPWD, "me:secret").set(CURLOPT_POSTFIELDS, "hello");
  const Result result = getter.get("http://kplane.test/path?q=1", proxy.url("http"));
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body.substr(0, 25), "POST /path?q=1 HTTP/1.1\r\n");
  EXPECT_THAT(result.body, HasSubstr("Host: kplane.test\r\n"));
  EXPECT_THAT(result.body, HasSubstr("\r\n\r\nhello"));
  EXPECT_THAT(result.body, Not(HasSubstr("Proxy-")));
  EXPECT_THAT(proxy.targets(), ElementsAre("kplane.test:80"));
  EXPECT_THAT(proxy.credentials(), ElementsAre("me:secret"));
}

TEST_F(ProxyTest, OpensTunnels) {
  Proxy proxy(to_server());
  Getter getter;
  getter.set(CURLOPT_HTTPPROXYTUNNEL, 1L);
  const Result first = getter.get("http://kplane.test:443/", proxy.url("http"));
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.proxy_status, 200);
  EXPECT_EQ(getter.get("http://kplane.test:443/", proxy.url("http")).status, 200);
  EXPECT_THAT(proxy.targets(), ElementsAre("kplane.test:443")) << "the tunnel was kept";
  EXPECT_THAT(proxy.credentials(), ElementsAre());
}

TEST_F(ProxyTest, DemandsItsCredentials) {
  Proxy proxy(to_server("me:secret"));
  const Result refused = Getter().get("http://kplane.test/", proxy.url("http"));
  EXPECT_EQ(refused.status, 407);
  const Result wrong = Getter().set(CURLOPT_HTTPPROXYTUNNEL, 1L).get("http://kplane.test/", proxy.url("http", "me:x"));
  EXPECT_EQ(wrong.proxy_status, 407);
  EXPECT_EQ(server_.connection_count(), 0U);
  EXPECT_EQ(Getter().get("http://kplane.test/", proxy.url("http", "me:secret")).status, 200);
  EXPECT_THAT(proxy.credentials(), ElementsAre("me:x", "me:secret"));
  EXPECT_THAT(proxy.targets(), ElementsAre("kplane.test:80", "kplane.test:80", "kplane.test:80"));
}

TEST_F(ProxyTest, SpeaksSocksWithEachKindOfAddress) {
  Proxy proxy(to_server());
  EXPECT_EQ(Getter().get("http://kplane.test/", proxy.url("socks5h")).status, 200);
  EXPECT_EQ(Getter().get("http://127.0.0.1:81/", proxy.url("socks5")).status, 200);
  EXPECT_EQ(Getter().get("http://[::1]:82/", proxy.url("socks5")).status, 200);
  EXPECT_THAT(proxy.targets(), ElementsAre("kplane.test:80", "127.0.0.1:81", "[::1]:82"));
}

TEST_F(ProxyTest, DemandsItsCredentialsOverSocksToo) {
  Proxy proxy(to_server("me:secret"));
  EXPECT_EQ(Getter().get("http://kplane.test/", proxy.url("socks5h")).code, CURLE_PROXY);
  EXPECT_EQ(Getter().get("http://kplane.test/", proxy.url("socks5h", "me:x")).code, CURLE_PROXY);
  EXPECT_EQ(server_.connection_count(), 0U);
  EXPECT_EQ(Getter().get("http://kplane.test/", proxy.url("socks5h", "me:secret")).status, 200);
  EXPECT_THAT(proxy.credentials(), ElementsAre("me:x", "me:secret"));
}

TEST_F(ProxyTest, ReachesThisMachineAlone) {
  Proxy proxy;
  EXPECT_EQ(Getter().get(server_at("127.0.0.1"), proxy.url("http")).status, 200);
  EXPECT_EQ(Getter().get(server_at("localhost"), proxy.url("socks5h")).status, 200);
  EXPECT_EQ(Getter().get("http://kplane.test/", proxy.url("http")).status, 502);
  EXPECT_EQ(Getter().get("http://kplane.test/", proxy.url("socks5h")).code, CURLE_PROXY);
  EXPECT_EQ(Getter().get("http://127.0.0.1:" + std::to_string(closed_port()) + "/", proxy.url("http")).status, 502);
}

TEST_F(ProxyTest, LetsGoOfConnectionsWhenItEnds) {
  Getter getter;
  getter.set(CURLOPT_HTTPPROXYTUNNEL, 1L);
  std::string url;
  {
    Proxy proxy(to_server());
    url = proxy.url("http");
    EXPECT_EQ(getter.get("http://kplane.test/", url).status, 200);
  }
  EXPECT_EQ(getter.get("http://kplane.test/", url).code, CURLE_COULDNT_CONNECT);
}

}  // namespace
}  // namespace kplane::tests
