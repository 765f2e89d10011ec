// Kubeconfigs that `kubectl config` wrote, read by the library.
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <kplane/testing/local_server.hpp>

#include "kubectl.hpp"

namespace kplane::kubectl {
namespace {

using testing::LocalServer;
using testing::LocalServerOptions;

class KubectlConfig : public KubectlTest {
 protected:
  void SetUp() override {
    KubectlTest::SetUp();
    if (IsSkipped()) return;
    path_ = file("written-by-kubectl", "");
    const Result probe = run_with({"--kubeconfig=" + path_}, {"config", "set-credentials", "probe", "--token=x"});
    if (contains(probe.output, "panic: runtime error")) {
      GTEST_SKIP() << "this kubectl (1." << minor_version() << ") crashes in `config set-credentials`";
    }
    config({"set-context", "mine", "--cluster=c", "--user=u", "--namespace=default"});
    config({"use-context", "mine"});
  }

  /// `kubectl config …` on the file.
  void config(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "config");
    const Result result = run_with({"--kubeconfig=" + path_}, arguments);
    ASSERT_EQ(result.exit_code, 0) << result.output;
  }
  void set_cluster(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"set-cluster", "c"});
    config(std::move(arguments));
  }
  void set_user(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"set-credentials", "u"});
    config(std::move(arguments));
  }
  void expect_to_reach(const std::string& cluster) const {
    EXPECT_EQ(Client::from_kubeconfig({path_}).default_plane().state().cluster, cluster);
  }

  static std::string variable(const char* name) { return std::getenv(name); }

  std::string path_;
};

TEST_F(KubectlConfig, WithTokenAndCaFileWorks) {
  set_cluster({"--server=" + plane().base_url(), "--certificate-authority=" + variable("KPLANE_CA_FILE")});
  set_user({"--token=" + variable("KPLANE_TOKEN")});
  expect_to_reach(plane().cluster());
}

TEST_F(KubectlConfig, WithANamespaceSaysWhereObjectsGo) {
  set_cluster({"--server=" + plane().base_url(), "--certificate-authority=" + variable("KPLANE_CA_FILE")});
  set_user({"--token=" + variable("KPLANE_TOKEN")});
  config({"set-context", "mine", "--namespace=kube-public"});
  const Plane read = Client::from_kubeconfig({path_}).default_plane();
  EXPECT_EQ(read.default_namespace(), "kube-public");
  read.resource("v1", "configmaps").create(R"({"metadata":{"name":"a"}})");
  const Result seen = run_with({"--kubeconfig=" + path_}, {"get", "configmap", "a", "-o", "name"});
  EXPECT_EQ(seen.output, "configmap/a\n") << "kubectl looks there, too";
}

TEST_F(KubectlConfig, WithEmbeddedCaWorks) {
  set_cluster({"--server=" + plane().base_url(), "--certificate-authority=" + variable("KPLANE_CA_FILE"),
               "--embed-certs=true"});
  set_user({"--token=" + variable("KPLANE_TOKEN")});
  expect_to_reach(plane().cluster());
}

TEST_F(KubectlConfig, WithoutVerificationWorks) {
  set_cluster({"--server=" + plane().base_url(), "--insecure-skip-tls-verify=true"});
  set_user({"--token=" + variable("KPLANE_TOKEN")});
  expect_to_reach(plane().cluster());
}

TEST_F(KubectlConfig, WithClientCertificateAndServerNameWorks) {
  LocalServerOptions options;
  options.tls = true;
  options.certificate = testing::ServerCertificate::wrong_host;
  options.require_client_certificate = true;
  const LocalServer server(options);
  const auto pair = server.issue_client_certificate("dev");
  const std::string certificate = file("tls.crt", pair.certificate_pem);
  const std::string key = file("tls.key", pair.key_pem);
  const std::string ca = file("ca.crt", server.ca_pem());
  set_cluster({"--server=" + server.client().plane("a").base_url(), "--certificate-authority=" + ca,
               "--tls-server-name=elsewhere.invalid"});
  set_user({"--client-certificate=" + certificate, "--client-key=" + key});
  expect_to_reach("a");
  set_user({"--client-certificate=" + certificate, "--client-key=" + key, "--embed-certs=true"});
  std::ofstream(certificate) << "no longer needed";
  expect_to_reach("a");
  const Result seen = run_with({"--kubeconfig=" + path_}, {"get", "namespaces"});
  EXPECT_EQ(seen.exit_code, 0) << "kubectl reads it the same way: " << seen.output;
}

// kubectl writes paths relative to the file; a plugin right beside it would become a name to be found in PATH.
TEST_F(KubectlConfig, WithAPluginWorks) {
  std::filesystem::create_directory(std::filesystem::path(path_).parent_path() / "bin");
  const std::string plugin =
      file("bin/plugin",
           "#!/bin/sh\necho \"{\\\"apiVersion\\\":\\\"client.authentication.k8s.io/v1beta1\\\","
           "\\\"kind\\\":\\\"ExecCredential\\\",\\\"status\\\":{\\\"token\\\":\\\"$TOKEN\\\"}}\"\n");
  std::filesystem::permissions(plugin, std::filesystem::perms::owner_all);
  set_cluster({"--server=" + plane().base_url(), "--certificate-authority=" + variable("KPLANE_CA_FILE")});
  set_user({"--exec-command=" + plugin, "--exec-api-version=client.authentication.k8s.io/v1beta1",
            "--exec-env=TOKEN=" + variable("KPLANE_TOKEN")});
  expect_to_reach(plane().cluster());
}

}  // namespace
}  // namespace kplane::kubectl
