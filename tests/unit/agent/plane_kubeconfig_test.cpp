// What a plane's kubeconfig takes from the client's options and credentials.
#include "agent/plane_kubeconfig.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <kplane/error.hpp>

#include "auth/credentials.hpp"

namespace kplane::detail {
namespace {

PlaneEndpoint endpoint_of(ClientOptions options, std::shared_ptr<http::Credentials> credentials = nullptr) {
  auto core = std::make_shared<ClientCore>("https://h/base", std::move(options));
  std::string base_url = core->cluster_base_url("p");
  if (!credentials) credentials = core->credentials();
  return {std::move(core), "p", std::move(base_url), std::move(credentials)};
}

TEST(PlaneKubeconfig, IsNamedAfterThePlane) {
  const config::KubeconfigContent content = kubeconfig_of(endpoint_of({}));
  EXPECT_EQ(content.name, "kplane-p");
  EXPECT_EQ(content.server, "https://h/base/clusters/p/control-plane");
  EXPECT_EQ(content.token, "");
  EXPECT_TRUE(content.verify_tls);
}

TEST(PlaneKubeconfig, SaysHowTheServerIsReached) {
  ClientOptions options;
  options.verify_tls = false;
  options.tls_server_name = "name.example";
  options.proxy = "http://127.0.0.1:3128";
  const config::KubeconfigContent content = kubeconfig_of_server(endpoint_of(options));
  EXPECT_FALSE(content.verify_tls);
  EXPECT_EQ(content.tls_server_name, "name.example");
  EXPECT_EQ(content.proxy_url, "http://127.0.0.1:3128");
}

TEST(PlaneKubeconfig, GivesTheProxyTheSchemeThatOthersKnow) {
  ClientOptions options;
  options.proxy = "socks5h://me:secret@127.0.0.1:1080";
  EXPECT_EQ(kubeconfig_of_server(endpoint_of(options)).proxy_url, "socks5://me:secret@127.0.0.1:1080");
}

TEST(PlaneKubeconfig, SaysTheDefaultNamespace) {
  PlaneEndpoint endpoint = endpoint_of({});
  EXPECT_EQ(kubeconfig_of(endpoint).ns, "") << "which means default";
  endpoint.ns = "team";
  EXPECT_EQ(kubeconfig_of(endpoint).ns, "team");
}

TEST(PlaneKubeconfig, HoldsTheTokenOfTheClient) {
  ClientOptions options;
  options.token = "t";
  EXPECT_EQ(kubeconfig_of(endpoint_of(options)).token, "t");
  EXPECT_EQ(kubeconfig_of_server(endpoint_of(options)).token, "");
}

TEST(PlaneKubeconfig, HoldsUserAndPassword) {
  auth::CredentialSources sources;
  sources.username = "me";
  sources.password = "a:b c";
  const config::KubeconfigContent content = kubeconfig_of(endpoint_of({}, auth::make_credentials(sources)));
  EXPECT_EQ(content.username, "me");
  EXPECT_EQ(content.password, "a:b c");
  EXPECT_EQ(content.token, "");
}

TEST(PlaneKubeconfig, SaysWhomTheClientIsTakenFor) {
  auth::CredentialSources sources;
  sources.token.text = "t";
  sources.headers = {{"Impersonate-User", "other"},
                     {"Impersonate-Uid", "u"},
                     {"Impersonate-Group", "devs"},
                     {"Impersonate-Group", "ops"}};
  const config::KubeconfigContent content = kubeconfig_of(endpoint_of({}, auth::make_credentials(sources)));
  EXPECT_EQ(content.token, "t");
  EXPECT_EQ(content.as, "other");
  EXPECT_EQ(content.as_uid, "u");
  EXPECT_EQ(content.as_groups, (std::vector<std::string>{"devs", "ops"}));
}

}  // namespace
}  // namespace kplane::detail
