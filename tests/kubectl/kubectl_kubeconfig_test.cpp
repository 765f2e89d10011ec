// The kubeconfigs that the library writes, used by kubectl as they are.
#include <filesystem>
#include <string>
#include <vector>

#include <kplane/testing/local_server.hpp>

#include "kubectl.hpp"

namespace kplane::kubectl {
namespace {

constexpr const char kConfigMap[] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n";

class KubectlKubeconfig : public KubectlTest {
 protected:
  /// Runs kubectl with that kubeconfig and nothing else.
  [[nodiscard]] Result run_by(const std::string& kubeconfig, const std::vector<std::string>& arguments,
                              const std::string& input = {}) const {
    return run_with({"--kubeconfig", kubeconfig}, arguments, input);
  }
  /// The path for a kubeconfig of the test's own.
  [[nodiscard]] std::string written() const { return file("written", ""); }
};

TEST_F(KubectlKubeconfig, OfAClientWithATokenWorks) {
  const std::string path = written();
  plane().write_kubeconfig(path);
  const Result created = run_by(path, {"create", "-f", "-"}, kConfigMap);
  EXPECT_EQ(created.exit_code, 0) << created.output;
  EXPECT_EQ(get("/api/v1/namespaces/default/configmaps/a")["data"]["k"], "v");
  EXPECT_EQ(run_by(path, {"config", "current-context"}).output, "kplane-" + plane().cluster() + "\n");
}

TEST_F(KubectlKubeconfig, OfAPlaneSaysItsDefaultNamespace) {
  PlaneOptions options;
  options.ns = "kube-public";
  const std::string path = written();
  client().plane(plane().cluster(), options).write_kubeconfig(path);
  const Result created = run_by(path, {"create", "-f", "-"}, kConfigMap);
  EXPECT_EQ(created.exit_code, 0) << created.output;
  EXPECT_EQ(get("/api/v1/namespaces/kube-public/configmaps/a")["data"]["k"], "v");
}

TEST_F(KubectlKubeconfig, OfAClientThatDoesNotVerifyWorks) {
  testing::LocalServerOptions tls;
  tls.tls = true;
  const testing::LocalServer server(tls);
  ClientOptions options = server.client_options();
  options.verify_tls = false;
  const std::string path = written();
  Client(server.base_url(), options).plane("a").write_kubeconfig(path);
  const Result listed = run_by(path, {"get", "namespaces", "-o", "name"});
  EXPECT_EQ(listed.exit_code, 0) << listed.output;
}

TEST_F(KubectlKubeconfig, OfAClientWithACertificateWorks) {
  testing::LocalServerOptions tls;
  tls.tls = true;
  tls.require_client_certificate = true;
  const testing::LocalServer server(tls);
  const testing::ClientCertificate certificate = server.issue_client_certificate("trainer");
  ClientOptions options = server.client_options();
  options.token.clear();
  options.client_certificate_pem = certificate.certificate_pem;
  options.client_key_pem = certificate.key_pem;
  const Plane certified = Client(server.base_url(), options).plane("a");
  const std::string path = written();
  certified.write_kubeconfig(path);
  const Result created = run_by(path, {"create", "-f", "-"}, kConfigMap);
  EXPECT_EQ(created.exit_code, 0) << created.output;
  EXPECT_EQ(certified.resource("v1", "configmaps").in("default").get("a").get<std::string>("/data/k"), "v");
}

TEST_F(KubectlKubeconfig, OfAnAgentWorksInItsNamespaceUntilItEnds) {
  static_cast<void>(output_of({"create", "-f", "-"}, "apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n"));
  AgentOptions options;
  options.ns = "team";
  auto agent = plane().scoped_agent_kubeconfig(options);
  const Result created = run_by(agent.path(), {"create", "-f", "-"}, kConfigMap);
  EXPECT_EQ(created.exit_code, 0) << created.output;
  EXPECT_EQ(get("/api/v1/namespaces/team/configmaps/a")["data"]["k"], "v");
  agent.release().remove();
  const Result refused = run_by(agent.path(), {"get", "configmaps"});
  EXPECT_NE(refused.exit_code, 0) << refused.output;
  std::filesystem::remove_all(std::filesystem::path(agent.path()).parent_path());
}

}  // namespace
}  // namespace kplane::kubectl
