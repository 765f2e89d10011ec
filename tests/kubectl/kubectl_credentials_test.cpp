// The credentials that kubectl shows, and those that it asks for.
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include <kplane/testing/local_server.hpp>

#include "kubectl.hpp"

namespace kplane::kubectl {
namespace {

using testing::LocalServer;
using testing::LocalServerOptions;

class KubectlCredentials : public KubectlTest {
 protected:
  static LocalServerOptions tls() {
    LocalServerOptions options;
    options.tls = true;
    return options;
  }

  [[nodiscard]] std::string server_of(const LocalServer& server) const {
    return "--server=" + server.client().plane("a").base_url();
  }
  [[nodiscard]] std::vector<std::string> showing(const LocalServer& server,
                                                 const testing::ClientCertificate& certificate) const {
    return {server_of(server), "--certificate-authority=" + file("ca.pem", server.ca_pem()),
            "--client-certificate=" + file("client.pem", certificate.certificate_pem),
            "--client-key=" + file("client.key", certificate.key_pem)};
  }
};

std::vector<std::string> bearing(const std::string& token, const Plane& plane) {
  return {"--server=" + plane.base_url(), "--certificate-authority=" + std::string(std::getenv("KPLANE_CA_FILE")),
          "--token=" + token};
}

constexpr const char kRobotReadsPods[] = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods], verbs: [list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: robot-reads}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: robot, namespace: default}]
)";

// `kubectl create token` speaks protobuf, so the TokenRequest is written by hand here.
TEST_F(KubectlCredentials, AreIssuedToServiceAccounts) {
  static_cast<void>(
      output_of({"create", "-f", "-"}, "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot}\n"));
  static_cast<void>(output_of({"create", "-f", "-"}, kRobotReadsPods));
  constexpr int first_with_raw_paths_below_the_server = 34;  // before, they were below the host
  const std::string base = minor_version() < first_with_raw_paths_below_the_server
                               ? "/clusters/" + plane().cluster() + "/control-plane"
                               : std::string();
  const std::vector<std::string> ask = {"create", "--raw",
                                        base + "/api/v1/namespaces/default/serviceaccounts/robot/token", "-f", "-"};
  const auto made = nlohmann::json::parse(output_of(ask, "{}"));
  const std::string token = made["status"]["token"];
  const Result at_home = run_with(bearing(token, plane()), {"get", "pods"});
  EXPECT_EQ(at_home.exit_code, 0) << at_home.output;
  const Result abroad = run_with(bearing(token, client().plane("elsewhere")), {"get", "pods"});
  EXPECT_NE(abroad.exit_code, 0);
  EXPECT_TRUE(contains(abroad.output, "You must be logged in")) << abroad.output;
  const Result short_lived = run(ask, R"({"spec":{"expirationSeconds":60}})");
  EXPECT_NE(short_lived.exit_code, 0);
  EXPECT_TRUE(contains(short_lived.output, "may not specify a duration less than 10 minutes")) << short_lived.output;
}

TEST_F(KubectlCredentials, AreBoundToRoles) {
  const std::string binding =
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: viewers}\n"
      "roleRef: {kind: ClusterRole, name: view}\nsubjects: [{kind: ServiceAccount, name: default}]\n";
  static_cast<void>(output_of({"apply", "-f", "-"}, binding));
  EXPECT_TRUE(contains(output_of({"describe", "rolebinding", "viewers"}), "ServiceAccount  default"));
  const Result changed = run({"patch", "rolebinding", "viewers", "-p", R"({"roleRef":{"name":"edit"}})"});
  EXPECT_NE(changed.exit_code, 0);
  EXPECT_TRUE(contains(changed.output, "cannot change roleRef")) << changed.output;
}

TEST_F(KubectlCredentials, MayBeClientCertificates) {
  const LocalServer server(tls());
  const Result known = run_with(showing(server, server.issue_client_certificate("ann")), {"get", "namespaces"});
  EXPECT_EQ(known.exit_code, 0) << known.output;
  EXPECT_TRUE(contains(known.output, "kube-system")) << known.output;
  const auto expired = server.issue_client_certificate("ann", -std::chrono::hours(1));
  const Result refused = run_with(showing(server, expired), {"get", "namespaces"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_TRUE(contains(refused.output, "You must be logged in")) << refused.output;
}

}  // namespace
}  // namespace kplane::kubectl
