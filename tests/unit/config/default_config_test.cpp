// Where a client looks for its server: in the environment, in kubeconfigs, in its pod.
#include "config/default_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

#include <kplane/error.hpp>

#include "support/environment.hpp"
#include "support/temporary_directory.hpp"

namespace kplane::config {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using tests::lookup_in;
using Variables = std::map<std::string, std::string>;

class DefaultConfigTest : public testing::Test {
 protected:
  DefaultConfigTest() {
    std::filesystem::create_directories(account_);
    std::filesystem::create_directories(directory_.path() / ".kube");
  }

  void make_pod() const {
    std::ofstream(account_ / "token") << "of-the-pod\n";
    std::ofstream(account_ / "ca.crt") << "pem";
  }
  void make_kubeconfig(const std::string& text) const { std::ofstream(directory_.path() / ".kube/config") << text; }
  [[nodiscard]] Variables all() const {
    return {{"KPLANE_HOST", "https://env.test"},
            {"HOME", directory_.path().string()},
            {"KUBERNETES_SERVICE_HOST", "10.0.0.1"},
            {"KUBERNETES_SERVICE_PORT", "443"}};
  }
  [[nodiscard]] ClientConfig find(const Variables& variables) const {
    return from_default({}, lookup_in(variables), account_.string());
  }
  [[nodiscard]] std::string error_of(const Variables& variables) const {
    try {
      static_cast<void>(find(variables));
    } catch (const ConfigError& error) {
      return error.what();
    }
    ADD_FAILURE() << "accepted";
    return {};
  }

  const tests::TemporaryDirectory directory_;
  const std::filesystem::path account_ = directory_.path() / "account";
};

constexpr const char* good_kubeconfig =
    "current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\n"
    "clusters: [{name: c, cluster: {server: \"https://kubeconfig.test\"}}]\n";

TEST_F(DefaultConfigTest, TakesTheFirstThatThereIs) {
  make_pod();
  make_kubeconfig(good_kubeconfig);
  Variables variables = all();
  EXPECT_EQ(find(variables).base_url, "https://env.test");
  variables.erase("KPLANE_HOST");
  EXPECT_EQ(find(variables).base_url, "https://kubeconfig.test");
  std::filesystem::remove(directory_.path() / ".kube/config");
  EXPECT_EQ(find(variables).base_url, "https://10.0.0.1:443");
}

TEST_F(DefaultConfigTest, EmptyKubeconfigIsNone) {
  make_pod();
  make_kubeconfig("kind: Config\nclusters: []\ncontexts: []\n");
  Variables variables = all();
  variables.erase("KPLANE_HOST");
  EXPECT_EQ(find(variables).base_url, "https://10.0.0.1:443");
}

TEST_F(DefaultConfigTest, FailureSaysWhatWasTriedAndWhyNoneServed) {
  EXPECT_THAT(error_of({{"HOME", directory_.path().string()}}),
              AllOf(HasSubstr("KPLANE_HOST is not set"), HasSubstr(".kube/config"),
                    HasSubstr("KUBERNETES_SERVICE_HOST is not set")));
}

TEST_F(DefaultConfigTest, OneThatIsThereButWrongEndsTheSearch) {
  make_pod();
  make_kubeconfig("current-context: ghost\n");
  Variables variables = all();
  variables.erase("KPLANE_HOST");
  EXPECT_THAT(error_of(variables), AllOf(HasSubstr("ghost"), HasSubstr("KPLANE_HOST is not set")));
  make_kubeconfig("{");
  EXPECT_THAT(error_of(variables), HasSubstr("not YAML"));
  variables["KPLANE_HOST"] = "https://env.test";
  variables["KPLANE_INSECURE"] = "maybe";
  EXPECT_THAT(error_of(variables), HasSubstr("KPLANE_INSECURE"));
}

TEST_F(DefaultConfigTest, PodsTokenIsTheFileThatKubernetesRotates) {
  make_pod();
  const ClientConfig config = from_in_cluster({}, lookup_in(all()), account_.string());
  EXPECT_EQ(config.base_url, "https://10.0.0.1:443");
  EXPECT_EQ(config.options.token_file, (account_ / "token").string());
  EXPECT_EQ(config.options.ca_file, (account_ / "ca.crt").string());
}

TEST_F(DefaultConfigTest, PodsNamespaceIsThatOfItsServiceAccount) {
  make_pod();
  ClientOptions options;
  options.ns = "mine";
  EXPECT_EQ(from_in_cluster(options, lookup_in(all()), account_.string()).options.ns, "mine") << "it has no such file";
  std::ofstream(account_ / "namespace") << "team\n";
  EXPECT_EQ(from_in_cluster(options, lookup_in(all()), account_.string()).options.ns, "team");
  Variables variables = all();
  variables["POD_NAMESPACE"] = "other";
  EXPECT_EQ(from_in_cluster(options, lookup_in(variables), account_.string()).options.ns, "other") << "as client-go";
}

TEST_F(DefaultConfigTest, PodsServerMayHaveAnIpv6Address) {
  make_pod();
  Variables variables = all();
  variables["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  EXPECT_EQ(from_in_cluster({}, lookup_in(variables), account_.string()).base_url, "https://[fd00::1]:443");
}

TEST_F(DefaultConfigTest, PodWithoutItsFilesIsAnErrorThatNamesThem) {
  Variables variables = all();
  variables.erase("KPLANE_HOST");
  EXPECT_THAT(error_of(variables), HasSubstr((account_ / "token").string()));
  std::ofstream(account_ / "token") << "t";
  EXPECT_THAT(error_of(variables), HasSubstr((account_ / "ca.crt").string()));
  variables.erase("KUBERNETES_SERVICE_PORT");
  EXPECT_THAT(error_of(variables), HasSubstr("KUBERNETES_SERVICE_PORT"));
}

}  // namespace
}  // namespace kplane::config
