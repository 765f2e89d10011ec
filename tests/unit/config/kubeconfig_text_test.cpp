// The text of a written kubeconfig: for each kind of credential, and for values that YAML would misread.
#include "config/kubeconfig_text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/base64.hpp"
#include "yaml/yaml.hpp"

namespace kplane::config {
namespace {

using nlohmann::json;

KubeconfigContent minimal() {
  KubeconfigContent content;
  content.name = "kplane-a";
  content.server = "https://h:6443/clusters/a/control-plane";
  return content;
}

json parsed(const KubeconfigContent& content) { return json::parse(yaml::yaml_to_json(kubeconfig_text(content))); }

json user_of(const KubeconfigContent& content) { return parsed(content).at("users").at(0).at("user"); }

json cluster_entry_of(const KubeconfigContent& content) { return parsed(content).at("clusters").at(0).at("cluster"); }

TEST(KubeconfigText, HasTheFormOfTheCli) {
  KubeconfigContent content = minimal();
  content.ca_pem = "CA";
  content.token = "t-1";
  EXPECT_EQ(kubeconfig_text(content), R"(apiVersion: v1
kind: Config
clusters:
  - name: "kplane-a"
    cluster:
      server: "https://h:6443/clusters/a/control-plane"
      certificate-authority-data: "Q0E="
contexts:
  - name: "kplane-a"
    context:
      cluster: "kplane-a"
      user: "kplane-a"
current-context: "kplane-a"
users:
  - name: "kplane-a"
    user:
      token: "t-1"
)");
}

TEST(KubeconfigText, SaysNothingOfCredentialsThatThereAreNot) {
  EXPECT_EQ(user_of(minimal()), json::object());
  EXPECT_EQ(cluster_entry_of(minimal()), (json{{"server", "https://h:6443/clusters/a/control-plane"}}));
}

TEST(KubeconfigText, HoldsAClientCertificate) {
  KubeconfigContent content = minimal();
  content.certificate_pem = "-----BEGIN CERTIFICATE-----\n";
  content.key_pem = "-----BEGIN PRIVATE KEY-----\n";
  EXPECT_EQ(user_of(content), (json{{"client-certificate-data", detail::encode_base64(content.certificate_pem)},
                                    {"client-key-data", detail::encode_base64(content.key_pem)}}));
}

TEST(KubeconfigText, HoldsAPassword) {
  KubeconfigContent content = minimal();
  content.username = "me";
  content.password = R"(p:"a\ss#)";
  EXPECT_EQ(user_of(content), (json{{"username", "me"}, {"password", R"(p:"a\ss#)"}}));
  content.password = "\x7f\xc3\xa9\xf0\x9f\x98\x80";
  EXPECT_EQ(user_of(content)["password"], content.password);
  EXPECT_EQ(kubeconfig_text(content).find('\x7f'), std::string::npos) << "which YAML does not allow";
}

TEST(KubeconfigText, SaysWhomTheUserIsTakenFor) {
  KubeconfigContent content = minimal();
  content.as = "other";
  content.as_uid = "u";
  content.as_groups = {"devs", "1"};
  EXPECT_EQ(user_of(content), (json{{"as", "other"}, {"as-uid", "u"}, {"as-groups", {"devs", "1"}}}));
}

TEST(KubeconfigText, SaysHowTheServerIsReached) {
  KubeconfigContent content = minimal();
  content.tls_server_name = "name.example";
  content.proxy_url = "socks5://127.0.0.1:1080";
  content.ns = "team";
  EXPECT_EQ(cluster_entry_of(content), (json{{"server", content.server},
                                             {"tls-server-name", "name.example"},
                                             {"proxy-url", "socks5://127.0.0.1:1080"}}));
  EXPECT_EQ(parsed(content).at("contexts").at(0).at("context").at("namespace"), "team");
}

TEST(KubeconfigText, NamesNoCaWhereNothingIsVerified) {
  KubeconfigContent content = minimal();
  content.ca_pem = "CA";
  content.verify_tls = false;
  EXPECT_EQ(cluster_entry_of(content), (json{{"server", content.server}, {"insecure-skip-tls-verify", true}}));
}

TEST(KubeconfigText, KeepsTextsThatLookLikeOtherThings) {
  for (const char* text :
       {"1",  "0x10", "1e3", "yes", "null", "~",   "2026-01-01", "12:30:45", "{a: b}", "a: b", "- a",     "&a",
        "*a", "!x",   "'",   "\"",  "\\",   "\\n", " a ",        "#",        "a\nb",   "\x7f", "\xc3\xa4"}) {
    KubeconfigContent content = minimal();
    content.name = text;
    content.token = text;
    const json written = parsed(content);
    EXPECT_EQ(written.at("users").at(0).at("user").at("token"), text) << text;
    EXPECT_EQ(written.at("current-context"), text) << text;
    EXPECT_EQ(written.at("contexts").at(0).at("context").at("user"), text) << text;
  }
}

}  // namespace
}  // namespace kplane::config
