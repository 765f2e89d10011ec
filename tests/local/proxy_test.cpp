// The client behind a proxy: by option, by kubeconfig's `proxy-url`, by the environment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

#include "support/proxy.hpp"

namespace kplane::tests {
namespace {

using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Sets variables for as long as it lives; those of proxies that are not named are unset.
class ProxyVariables {
 public:
  explicit ProxyVariables(const std::map<std::string, std::string>& values) {
    for (const char* name : {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy",
                             "NO_PROXY", "no_proxy", "REQUEST_METHOD"}) {
      const char* const before = std::getenv(name);
      if (before != nullptr) before_[name] = before;
      ::unsetenv(name);
      names_.emplace_back(name);
    }
    for (const auto& [name, value] : values) ::setenv(name.c_str(), value.c_str(), 1);
  }
  ProxyVariables(const ProxyVariables&) = delete;
  ProxyVariables& operator=(const ProxyVariables&) = delete;
  ~ProxyVariables() {
    for (const std::string& name : names_) ::unsetenv(name.c_str());
    for (const auto& [name, value] : before_) ::setenv(name.c_str(), value.c_str(), 1);
  }

 private:
  std::vector<std::string> names_;
  std::map<std::string, std::string> before_;
};

class ProxyTest : public ::testing::Test {
 protected:
  static LocalServerOptions tls() {
    LocalServerOptions options;
    options.tls = true;
    return options;
  }
  /// Options for a server under a name that only the proxy knows. Its certificate is for localhost.
  [[nodiscard]] ClientOptions options() const {
    ClientOptions options = server_.client_options();
    options.tls_server_name = "localhost";
    options.retry.max_attempts = 1;
    return options;
  }
  /// The same where no proxy is to be used, so that nobody answers.
  [[nodiscard]] ClientOptions direct_options() const {
    ClientOptions direct = options();
    direct.connect_timeout = std::chrono::milliseconds{200};
    return direct;
  }
  [[nodiscard]] ProxyOptions to_server(const std::string& credentials = {}) const {
    return {credentials, server_.port()};
  }

  const ProxyVariables none_{{}};
  LocalServer server_{tls()};
};

constexpr const char* far_away = "https://192.0.2.1:6443";  // RFC 5737: nobody answers there

TEST_F(ProxyTest, OfTheOptionsIsUsed) {
  for (const char* scheme : {"http", "socks5"}) {
    const Proxy proxy(to_server());
    ClientOptions with_proxy = options();
    with_proxy.proxy = proxy.url(scheme);
    const Client client(far_away, with_proxy);
    (void)client.plane("a").state();
    EXPECT_TRUE(client.states({client.plane("a")}).at(0));
    EXPECT_THAT(proxy.targets(), ::testing::Each("192.0.2.1:6443")) << scheme;
    EXPECT_THAT(proxy.targets(), Not(IsEmpty()));
  }
}

TEST_F(ProxyTest, GetsTheNameOfTheServerToResolve) {
  for (const char* scheme : {"http", "socks5"}) {
    const Proxy proxy(to_server());
    ClientOptions with_proxy = options();
    with_proxy.proxy = proxy.url(scheme);
    (void)Client("https://plane.invalid:6443", with_proxy).plane("a").state();
    EXPECT_THAT(proxy.targets(), ElementsAre("plane.invalid:6443")) << scheme;
  }
}

TEST_F(ProxyTest, IsUsedForLoopbackWhenItIsAskedFor) {
  const Proxy proxy;
  ClientOptions with_proxy = server_.client_options();
  with_proxy.proxy = proxy.url("http");
  (void)Client(server_.base_url(), with_proxy).plane("a").state();
  EXPECT_THAT(proxy.targets(), ElementsAre("127.0.0.1:" + std::to_string(server_.port())));
}

TEST_F(ProxyTest, MayWantAPassword) {
  for (const char* scheme : {"http", "socks5"}) {
    const Proxy proxy(to_server("joe:s3cret"));
    ClientOptions with_proxy = options();
    with_proxy.proxy = proxy.url(scheme, "joe:s3cret");
    (void)Client(far_away, with_proxy).plane("a").state();
    EXPECT_THAT(proxy.credentials(), ElementsAre("joe:s3cret")) << scheme;

    with_proxy.proxy = proxy.url(scheme, "joe:wr0ng");
    try {
      (void)Client(far_away, with_proxy).plane("a").state();
      FAIL() << "accepted";
    } catch (const TransportError& error) {
      EXPECT_THAT(error.what(), Not(HasSubstr("wr0ng")));
    }
  }
}

TEST_F(ProxyTest, IsToldWithoutItsPassword) {
  const ProxyVariables environment({{"HTTPS_PROXY", std::string("http://joe:s3cret@proxy.invalid:3128")}});
  EXPECT_EQ(Client("https://kplane.invalid").proxy(), "http://proxy.invalid:3128");
  EXPECT_EQ(Client("https://127.0.0.1").proxy(), "");
}

TEST_F(ProxyTest, OfTheEnvironmentIsUsed) {
  const Proxy proxy(to_server());
  const ProxyVariables variables({{"HTTPS_PROXY", proxy.url("http")}});
  (void)Client(far_away, options()).plane("a").state();
  EXPECT_THAT(proxy.targets(), ElementsAre("192.0.2.1:6443"));
}

TEST_F(ProxyTest, OfTheEnvironmentIsNotUsedForHostsOfNoProxy) {
  const Proxy proxy(to_server());
  const ProxyVariables variables({{"HTTPS_PROXY", proxy.url("http")}, {"NO_PROXY", "192.0.2.0/24"}});
  EXPECT_THROW((void)Client(far_away, direct_options()).plane("a").state(), TransportError);
  EXPECT_THAT(proxy.targets(), IsEmpty());
}

TEST_F(ProxyTest, OfTheEnvironmentIsNotUsedForAPortOfNoProxy) {
  const Proxy proxy(to_server());
  for (const char* other : {"192.0.2.1:443", "192.0.2", "*192.0.2.1", "[192.0.2.1]"}) {
    const ProxyVariables variables({{"HTTPS_PROXY", proxy.url("http")}, {"NO_PROXY", other}});
    (void)Client(far_away, options()).plane("a").state();
  }
  EXPECT_EQ(proxy.targets().size(), 4U);
  for (const char* this_one : {"192.0.2.1:6443", "a,*", "a, 192.0.2.1"}) {
    const ProxyVariables variables({{"HTTPS_PROXY", proxy.url("http")}, {"NO_PROXY", this_one}});
    EXPECT_THROW((void)Client(far_away, direct_options()).plane("a").state(), TransportError) << this_one;
  }
  EXPECT_EQ(proxy.targets().size(), 4U);
}

TEST_F(ProxyTest, OfTheEnvironmentGoesByTheHostOfTheUrlAndNotByThatOfTheCertificate) {
  const Proxy proxy(to_server());
  const ProxyVariables variables({{"HTTPS_PROXY", proxy.url("http")}, {"NO_PROXY", "localhost"}});
  (void)Client(far_away, options()).plane("a").state();  // whose certificate is for localhost
  EXPECT_THAT(proxy.targets(), ElementsAre("192.0.2.1:6443"));
}

TEST_F(ProxyTest, OfTheEnvironmentGetsTheNameOfTheServerToResolve) {
  for (const char* variable : {"HTTPS_PROXY", "ALL_PROXY"}) {
    const Proxy proxy(to_server());
    const ProxyVariables variables({{variable, proxy.url("socks5")}});
    (void)Client("https://plane.invalid:6443", options()).plane("a").state();
    EXPECT_THAT(proxy.targets(), ElementsAre("plane.invalid:6443")) << variable;
  }
}

TEST_F(ProxyTest, OfTheEnvironmentThatCannotBeReadIsAnErrorAndNotABypass) {
  ClientOptions direct = server_.client_options();
  direct.tls_server_name = "localhost";
  const std::string url = "https://plane.invalid:" + std::to_string(server_.port());
  for (const char* proxy :
       {"http://joe:s3cret%01@127.0.0.1:1", "http://joe:s3cret%zz@127.0.0.1:1", "ftp://127.0.0.1:1"}) {
    const ProxyVariables variables({{"HTTPS_PROXY", std::string(proxy)}});
    try {
      const Client client(url, direct);
      ADD_FAILURE() << "accepted " << proxy;
    } catch (const ConfigError& error) {
      EXPECT_THAT(error.what(), ::testing::AllOf(HasSubstr("HTTPS_PROXY"), Not(HasSubstr("s3cret"))));
    }
  }
}

TEST_F(ProxyTest, OfTheEnvironmentServesPlainHttp) {
  const LocalServer plain;
  const Proxy proxy(ProxyOptions{{}, plain.port()});
  const ProxyVariables variables({{"HTTP_PROXY", "127.0.0.1:" + std::to_string(proxy.port())}});
  ClientOptions options = plain.client_options();
  options.allow_insecure_auth = true;
  (void)Client("http://192.0.2.1:8080", options).plane("a").state();
  EXPECT_THAT(proxy.targets(), ElementsAre("192.0.2.1:8080"));
}

TEST_F(ProxyTest, OfTheEnvironmentCanBeIgnored) {
  const Proxy proxy(to_server());
  const ProxyVariables variables({{"HTTPS_PROXY", proxy.url("http")}, {"ALL_PROXY", proxy.url("http")}});
  ClientOptions direct = direct_options();
  direct.use_environment_proxy = false;
  EXPECT_THROW((void)Client(far_away, direct).plane("a").state(), TransportError);
  EXPECT_THAT(proxy.targets(), IsEmpty());
}

TEST_F(ProxyTest, OfTheEnvironmentNeverSeesLoopback) {
  const Proxy proxy;
  const ProxyVariables variables({{"HTTPS_PROXY", proxy.url("http")}, {"ALL_PROXY", proxy.url("http")}});
  (void)server_.client().plane("a").state();
  EXPECT_THAT(proxy.targets(), IsEmpty());
}

TEST_F(ProxyTest, TokenOverPlainHttpToLoopbackDoesNotGoThroughOne) {
  const LocalServer plain;
  const Proxy proxy;
  ClientOptions with_proxy = plain.client_options();
  with_proxy.proxy = proxy.url("http");
  EXPECT_THROW(Client(plain.base_url(), with_proxy), ConfigError) << "it would leave this machine unencrypted";
  with_proxy.allow_insecure_auth = true;
  (void)Client(plain.base_url(), with_proxy).plane("a").state();
  EXPECT_EQ(proxy.targets().size(), 1U);
}

}  // namespace
}  // namespace kplane::tests
