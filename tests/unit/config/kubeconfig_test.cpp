// Kubeconfigs of several files: which count, and whose entries. What one file may say is in the corpus.
#include "config/kubeconfig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <thread>

#include <kplane/error.hpp>
#include <nlohmann/json.hpp>

#include "base/environment_variable.hpp"
#include "support/environment.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::config {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using tests::lookup_in;

/// A file with one context that reaches `https://NAME.test` with token NAME.
std::string config(const std::string& name, const std::string& current = {}) {
  return "kind: Config\ncurrent-context: " + (current.empty() ? name : current) + "\nclusters: [{name: " + name +
         ", cluster: {server: \"https://" + name + ".test\"}}]\ncontexts: [{name: " + name +
         ", context: {cluster: " + name + ", user: " + name + "}}]\nusers: [{name: " + name +
         ", user: {token: " + name + "-token}}]\n";
}

class KubeconfigTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    const auto path = directory_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }
  static std::string token_of(const ClientConfig& client_config) {
    return std::string(
        http::find_header(client_config.credentials->current({})->headers, "Authorization").value_or("none"));
  }
  static std::string error_of(const KubeconfigOptions& options, const detail::Lookup& lookup) {
    try {
      static_cast<void>(from_kubeconfig(options, {}, lookup));
    } catch (const ConfigError& error) {
      return error.what();
    }
    ADD_FAILURE() << "accepted";
    return {};
  }

  const tests::TemporaryDirectory directory_;
};

TEST_F(KubeconfigTest, ErrorNamesSomeOfManyContexts) {
  std::string text = "contexts:\n";
  for (int i = 0; i < 1'000; ++i) text += "- {name: c" + std::to_string(i) + "}\n";
  const std::string error = error_of({write("many", text), "absent"}, lookup_in({}));
  EXPECT_THAT(error, AllOf(HasSubstr("c0, c1, "), HasSubstr(" and 980 more")));
}

TEST_F(KubeconfigTest, PathComesBeforeTheEnvironment) {
  const std::string path = write("a", config("a"));
  const detail::Lookup lookup = lookup_in({{"KUBECONFIG", write("b", config("b"))}});
  EXPECT_EQ(from_kubeconfig({path}, {}, lookup).base_url, "https://a.test");
  EXPECT_EQ(from_kubeconfig({}, {}, lookup).base_url, "https://b.test");
}

TEST_F(KubeconfigTest, HomeIsLookedAtWithoutKubeconfig) {
  write(".kube/config", config("home"));
  const std::string home = directory_.path().string();
  EXPECT_EQ(from_kubeconfig({}, {}, lookup_in({{"HOME", home}})).base_url, "https://home.test");
  EXPECT_EQ(from_kubeconfig({}, {}, lookup_in({{"HOME", home}, {"KUBECONFIG", ""}})).base_url, "https://home.test");
  EXPECT_THAT(error_of({}, lookup_in({{"HOME", home}, {"KUBECONFIG", home + "/none"}})), HasSubstr("KUBECONFIG"));
}

TEST_F(KubeconfigTest, OfSeveralFilesTheFirstWinsForEachName) {
  const std::string first = write("first", config("a", "b") + "preferences: {}\n");
  const std::string second = write("second", config("b", "a"));
  const std::string third =
      write("third", "clusters: [{name: b, cluster: {server: \"https://other.test\"}}]\nusers: [{name: c}]\n");
  const detail::Lookup lookup = lookup_in({{"KUBECONFIG", first + "::/no/such/file:" + second + ":" + third}});
  const ClientConfig current = from_kubeconfig({}, {}, lookup);
  EXPECT_EQ(current.base_url, "https://b.test") << "current-context of the first, cluster of the second";
  EXPECT_EQ(token_of(current), "Bearer b-token");
  KubeconfigOptions named;
  named.context = "a";
  EXPECT_EQ(from_kubeconfig(named, {}, lookup).base_url, "https://a.test");
}

TEST_F(KubeconfigTest, ReferencesMayCrossFiles) {
  const std::string context =
      write("context", "current-context: x\ncontexts: [{name: x, context: {cluster: a, user: b}}]\n");
  const detail::Lookup lookup =
      lookup_in({{"KUBECONFIG", context + ":" + write("a", config("a")) + ":" + write("b", config("b"))}});
  const ClientConfig client_config = from_kubeconfig({}, {}, lookup);
  EXPECT_EQ(client_config.base_url, "https://a.test");
  EXPECT_EQ(token_of(client_config), "Bearer b-token");
}

TEST_F(KubeconfigTest, PathsAreRelativeToTheFileTheyStandIn) {
  write("one/token", "of-one");
  write("two/token", "of-two");
  write("one/config", "current-context: x\ncontexts: [{name: x, context: {cluster: a, user: u}}]\n");
  write("two/config", config("a") + "");
  const std::string users = write("two/users", "users: [{name: u, user: {tokenFile: token}}]\n");
  const std::string list =
      (directory_.path() / "one/config").string() + ":" + (directory_.path() / "two/config").string() + ":" + users;
  EXPECT_EQ(token_of(from_kubeconfig({}, {}, lookup_in({{"KUBECONFIG", list}}))), "Bearer of-two");
}

TEST_F(KubeconfigTest, FileThatStandsTwiceInTheListCountsOnce) {
  const std::string path = (directory_.path() / "pipe").string();
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(path) << config("a"); });
  const detail::Lookup lookup = lookup_in({{"KUBECONFIG", ":" + path + ":" + path + ":"}});
  EXPECT_EQ(from_kubeconfig({}, {}, lookup).base_url, "https://a.test");
  writer.join();
}

TEST_F(KubeconfigTest, CurrentContextMayStandInALaterFile) {
  const std::string first = write("first", "users: [{name: a, user: {token: other}}]\ncurrent-context: ''\n");
  const ClientConfig client_config =
      from_kubeconfig({}, {}, lookup_in({{"KUBECONFIG", first + ":" + write("a", config("a"))}}));
  EXPECT_EQ(client_config.base_url, "https://a.test");
  EXPECT_EQ(token_of(client_config), "Bearer other");
}

TEST_F(KubeconfigTest, NamespaceIsThatOfTheContext) {
  ClientOptions options;
  options.ns = "mine";
  const std::string text =
      "current-context: a\ncontexts: [{name: a, context: {cluster: a, namespace: team}}, "
      "{name: b, context: {cluster: a}}]\nclusters: [{name: a, cluster: {server: \"https://a\"}}]\n";
  KubeconfigOptions which{write("config", text)};
  EXPECT_EQ(from_kubeconfig(which, options, lookup_in({})).options.ns, "team");
  which.context = "b";
  EXPECT_EQ(from_kubeconfig(which, options, lookup_in({})).options.ns, "mine") << "it says nothing of one";
}

TEST_F(KubeconfigTest, BrokenFileOfTheListIsNamed) {
  const std::string broken = write("broken", "clusters: {");
  const detail::Lookup lookup = lookup_in({{"KUBECONFIG", write("a", config("a")) + ":" + broken}});
  EXPECT_THAT(error_of({}, lookup), AllOf(HasSubstr(broken), HasSubstr("line 1")));
}

TEST_F(KubeconfigTest, FileThatIsAskedForMustExist) {
  const std::string path = (directory_.path() / "none").string();
  EXPECT_THAT(error_of({path}, lookup_in({})), HasSubstr(path));
  EXPECT_THAT(error_of({directory_.path().string()}, lookup_in({})), HasSubstr("cannot be read"));
  EXPECT_THAT(error_of({}, lookup_in({})), HasSubstr("HOME"));
}

TEST_F(KubeconfigTest, MayComeOutOfAPipe) {
  const std::string path = (directory_.path() / "pipe").string();
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(path) << config("a"); });
  EXPECT_EQ(from_kubeconfig({path}, {}, lookup_in({})).base_url, "https://a.test");
  writer.join();
  EXPECT_THAT(error_of({}, lookup_in({{"KUBECONFIG", "/dev/null"}})), HasSubstr("current-context is not set"));
}

TEST_F(KubeconfigTest, TokenServesWhileItsFileIsMissing) {
  const std::string path = write("config",
                                 "current-context: a\ncontexts: [{name: a, context: {cluster: a, user: a}}]\n"
                                 "clusters: [{name: a, cluster: {server: \"https://a.test\"}}]\n"
                                 "users: [{name: a, user: {token: of-text, tokenFile: token}}]\n");
  EXPECT_EQ(token_of(from_kubeconfig({path}, {}, lookup_in({}))), "Bearer of-text");
  write("token", "of-file");
  EXPECT_EQ(token_of(from_kubeconfig({path}, {}, lookup_in({}))), "Bearer of-file");
}

TEST_F(KubeconfigTest, HugeFileIsRefused) {
  const std::string path = write("huge", "");
  std::filesystem::resize_file(path, std::uintmax_t{1} << 32U);
  EXPECT_THAT(error_of({path}, lookup_in({})), AllOf(HasSubstr(path), HasSubstr("too large")));
}

TEST_F(KubeconfigTest, WhatItSaysReplacesTheOptions) {
  ClientOptions options;
  options.token = "mine";
  options.ca_pem = "mine";
  options.max_connections = 3;
  const ClientConfig client_config = from_kubeconfig({write("a", config("a"))}, options, lookup_in({}));
  EXPECT_EQ(token_of(client_config), "Bearer a-token");
  EXPECT_EQ(client_config.options.ca_pem, "mine") << "it says nothing of the CA";
  EXPECT_EQ(client_config.options.max_connections, 3U);
}

TEST_F(KubeconfigTest, PluginThatAsksIsToldOfItsCluster) {
  const std::string script = write("plugin", "#!/bin/sh\nprintf '%s' \"$KUBERNETES_EXEC_INFO\" > \"$1\"\nexit 1\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  const std::string path = write(
      "config",
      "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nclusters:\n- name: c\n  cluster:\n"
      "    server: https://plane.test/clusters/a/control-plane\n    insecure-skip-tls-verify: true\n"
      "    tls-server-name: kubernetes\n    extensions:\n    - name: client.authentication.k8s.io/exec\n"
      "      extension: {audience: \"007\", strict: true}\nusers:\n- name: u\n  user:\n    exec:\n"
      "      apiVersion: client.authentication.k8s.io/v1\n      command: ./plugin\n      provideClusterInfo: true\n"
      "      args: [" +
          (directory_.path() / "info").string() + "]\n");
  const ClientConfig client_config = from_kubeconfig({path}, {}, lookup_in({}));
  EXPECT_THROW((void)client_config.credentials->current({}), CredentialError);
  std::ifstream file(directory_.path() / "info");
  EXPECT_EQ(nlohmann::json::parse(file), nlohmann::json::parse(R"({
    "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "spec": {"interactive": false, "cluster": {
      "server": "https://plane.test/clusters/a/control-plane", "insecure-skip-tls-verify": true,
      "tls-server-name": "kubernetes", "config": {"audience": "007", "strict": true}}}})"));
}

}  // namespace
}  // namespace kplane::config
