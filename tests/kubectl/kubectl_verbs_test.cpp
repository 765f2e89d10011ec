// What people and agents type, on a plane without controllers and kubelets. LocalServer and a real server print the
// same.
#include <cstdlib>
#include <string>
#include <vector>

#include "kubectl.hpp"

namespace kplane::kubectl {
namespace {

using Words = std::vector<std::string>;

class KubectlVerbs : public KubectlTest {
 protected:
  void SetUp() override {
    KubectlTest::SetUp();
    if (IsSkipped()) return;
    constexpr int first_with_these_words = 34;
    if (minor_version() < first_with_these_words) {
      GTEST_SKIP() << "kubectl 1." << minor_version() << " words its commands otherwise; 1.34 or newer is needed";
    }
    // Nobody else makes it, and pods need it.
    plane()
        .resource("v1", "serviceaccounts")
        .in("default")
        .apply(R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"}})");
  }

  void expect(const Words& arguments, const std::string& output, const std::string& input = {}) const {
    EXPECT_EQ(output_of(arguments, input), output);
  }
  void expect_part(const Words& arguments, const std::string& part) const {
    const std::string output = output_of(arguments);
    EXPECT_TRUE(contains(output, part)) << ::testing::PrintToString(arguments) << ": " << output;
  }
  void expect_failure(const Words& arguments, const std::string& part) const {
    const Result result = run(arguments);
    EXPECT_NE(result.exit_code, 0) << ::testing::PrintToString(arguments) << ": " << result.output;
    EXPECT_TRUE(contains(result.output, part)) << ::testing::PrintToString(arguments) << ": " << result.output;
  }
  void create_web() const {
    expect({"create", "deployment", "web", "--image=nginx", "--replicas=2", "--port=80"},
           "deployment.apps/web created\n");
  }
};

TEST_F(KubectlVerbs, CreateByEveryGenerator) {
  create_web();
  const std::vector<std::pair<Words, std::string>> generators = {
      {{"namespace", "team"}, "namespace/team"},
      {{"configmap", "c", "--from-literal=a=b"}, "configmap/c"},
      {{"secret", "generic", "s", "--from-literal=a=b"}, "secret/s"},
      {{"secret", "docker-registry", "r", "--docker-username=u", "--docker-password=p"}, "secret/r"},
      {{"serviceaccount", "robot"}, "serviceaccount/robot"},
      {{"job", "once", "--image=busybox", "--", "true"}, "job.batch/once"},
      {{"cronjob", "tick", "--image=busybox", "--schedule=*/5 * * * *"}, "cronjob.batch/tick"},
      {{"job", "now", "--from=cronjob/tick"}, "job.batch/now"},
      {{"service", "clusterip", "ci", "--tcp=80:8080"}, "service/ci"},
      {{"service", "nodeport", "np", "--tcp=80"}, "service/np"},
      {{"service", "loadbalancer", "lb", "--tcp=80"}, "service/lb"},
      {{"service", "externalname", "en", "--external-name=example.com"}, "service/en"},
      {{"ingress", "in", "--rule=example.com/a*=ci:80"}, "ingress.networking.k8s.io/in"},
      {{"role", "reader", "--verb=get", "--resource=pods,deployments.apps"}, "role.rbac.authorization.k8s.io/reader"},
      {{"rolebinding", "rb", "--role=reader", "--serviceaccount=default:robot"},
       "rolebinding.rbac.authorization.k8s.io/rb"},
      {{"clusterrole", "nodes", "--verb=get", "--resource=nodes"}, "clusterrole.rbac.authorization.k8s.io/nodes"},
      {{"clusterrolebinding", "cb", "--clusterrole=nodes", "--user=u"},
       "clusterrolebinding.rbac.authorization.k8s.io/cb"},
      {{"poddisruptionbudget", "pdb", "--selector=app=web", "--min-available=1"}, "poddisruptionbudget.policy/pdb"},
      {{"priorityclass", "high", "--value=10"}, "priorityclass.scheduling.k8s.io/high"},
      {{"quota", "q", "--hard=pods=3,limits.cpu=2"}, "resourcequota/q"},
  };
  for (const auto& [words, created] : generators) {
    Words arguments = {"create"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    expect(arguments, created + " created\n");
  }
  expect({"run", "p", "--image=nginx", "--env=A=B"}, "pod/p created\n");
  expect({"expose", "deployment", "web", "--port=80", "--target-port=8080"}, "service/web exposed\n");
  EXPECT_EQ(get("/api/v1/namespaces/default/services/web")["spec"]["ports"][0]["targetPort"], 8080);
  EXPECT_EQ(get("/api/v1/namespaces/default/secrets/s")["data"]["a"], "Yg==");
  EXPECT_EQ(get("/apis/policy/v1/namespaces/default/poddisruptionbudgets/pdb")["spec"]["minAvailable"], 1);
  EXPECT_EQ(get("/api/v1/namespaces/default/resourcequotas/q")["spec"]["hard"]["limits.cpu"], "2");
  EXPECT_TRUE(contains(output_of({"create", "token", "robot"}), "ey"));
  expect_failure({"create", "configmap", "c"}, "configmaps \"c\" already exists");
}

TEST_F(KubectlVerbs, ChangeWhatIsThere) {
  create_web();
  const char* const web = "/apis/apps/v1/namespaces/default/deployments/web";
  expect({"set", "image", "deployment/web", "nginx=nginx:1.2"}, "deployment.apps/web image updated\n");
  expect({"set", "env", "deployment/web", "A=B"}, "deployment.apps/web env updated\n");
  expect({"set", "resources", "deployment/web", "--limits=cpu=1"},
         "deployment.apps/web resource requirements updated\n");
  expect({"scale", "deployment/web", "--replicas=3"}, "deployment.apps/web scaled\n");
  expect_failure({"scale", "deployment/web", "--current-replicas=1", "--replicas=2"},
                 "Expected replicas to be 1, was 3");
  expect({"autoscale", "deployment/web", "--min=1", "--max=3", "--cpu=50%"},
         "horizontalpodautoscaler.autoscaling/web autoscaled\n");
  expect({"label", "deployment", "web", "tier=front"}, "deployment.apps/web labeled\n");
  expect_failure({"label", "deployment", "web", "tier=back"}, "'tier' already has a value (front)");
  expect({"annotate", "deployment", "web", "note=x"}, "deployment.apps/web annotated\n");
  ::setenv("KUBE_EDITOR", "sed -i /replicas:/s/3/4/", 1);
  expect({"edit", "deployment", "web"}, "deployment.apps/web edited\n");
  const nlohmann::json changed = get(web);
  EXPECT_EQ(changed["spec"]["replicas"], 4);
  const nlohmann::json& container = changed["spec"]["template"]["spec"]["containers"][0];
  EXPECT_EQ(container["image"], "nginx:1.2");
  EXPECT_EQ(container["env"][0]["value"], "B");
  EXPECT_EQ(container["resources"]["limits"]["cpu"], "1");
  expect({"rollout", "restart", "deployment/web"}, "deployment.apps/web restarted\n");
  expect({"rollout", "pause", "deployment/web"}, "deployment.apps/web paused\n");
  expect({"rollout", "resume", "deployment/web"}, "deployment.apps/web resumed\n");
  expect_part({"rollout", "history", "deployment/web"}, "No rollout history found.");
  expect_failure({"rollout", "undo", "deployment/web"}, "no rollout history found");
  expect_failure({"rollout", "status", "deployment/web", "--timeout=1s"}, "timed out waiting for the condition");
}

TEST_F(KubectlVerbs, PrintTablesOfTheServer) {
  create_web();
  expect({"run", "p", "--image=nginx"}, "pod/p created\n");
  expect_part({"get", "deployments"}, "NAME   READY   UP-TO-DATE   AVAILABLE   AGE\nweb    0/2     0            0 ");
  expect_part({"get", "deployments", "-o", "wide"}, "CONTAINERS   IMAGES   SELECTOR\n");
  expect_part({"get", "deployments", "-o", "wide"}, "nginx        nginx    app=web\n");
  expect_part({"get", "pods"}, "NAME   READY   STATUS    RESTARTS   AGE\np      0/1     Pending   0 ");
  expect_part({"get", "pods", "-A"}, "NAMESPACE   NAME   READY ");
  expect_part({"get", "pods", "-o", "wide"}, "<none>   <none>   <none>           <none>\n");
  expect_part({"get", "all"}, "service/kubernetes   ClusterIP   10.0.0.1     <none>        443/TCP");
  expect_part({"get", "all"}, "deployment.apps/web");
  expect_part({"get", "pods", "--watch", "--request-timeout=2s"}, "p      0/1     Pending");
  expect({"get", "pods", "--sort-by=.metadata.name", "-o", "custom-columns=N:.metadata.name"}, "N\np\n");
  expect_part({"get", "clusterrolebinding", "cluster-admin", "-o", "wide"}, "ClusterRole/cluster-admin");
  expect_part({"get", "ns"}, "default           Active");
  expect_part({"get", "crds"}, "");
}

TEST_F(KubectlVerbs, TellOfObjectsAndTypes) {
  create_web();
  expect_part({"describe", "deployment", "web"}, "Selector:               app=web\n");
  expect_part({"describe", "namespace", "default"}, "Status:       Active\n");
  expect_part({"explain", "pods.spec.containers.image"}, "FIELD: image <string>");
  expect_part({"explain", "deployments.spec", "--recursive"}, "matchLabels\t<map[string]string>");
  expect({"wait", "--for=jsonpath={.spec.replicas}=2", "deployment/web", "--timeout=9s"},
         "deployment.apps/web condition met\n");
  expect_failure({"wait", "--for=condition=Available", "deployment/web", "--timeout=1s"},
                 "timed out waiting for the condition on deployments/web");
  expect({"auth", "can-i", "create", "pods"}, "yes\n");
  expect_failure({"auth", "can-i", "create", "pods", "--as=system:serviceaccount:default:default"}, "no");
  expect_part({"auth", "whoami"}, "system:masters");
  expect_part({"api-resources", "--api-group=apps"},
              "deployments           deploy       apps/v1      true         Deployment\n");
  expect_part({"events", "-n", "kube-public"}, "No events found in kube-public namespace.");
}

TEST_F(KubectlVerbs, ApplyAndCompare) {
  const std::string before = manifest("app");
  expect({"apply", "-f", "-"}, "deployment.apps/app created\nservice/app created\n", before);
  expect({"apply", "-f", "-"}, "deployment.apps/app unchanged\nservice/app unchanged\n", before);
  const Result difference = run({"diff", "-f", "-"}, manifest("app", 5));
  EXPECT_EQ(difference.exit_code, 1) << difference.output;
  EXPECT_TRUE(contains(difference.output, "-  replicas: 2\n+  replicas: 5\n")) << difference.output;
  expect({"apply", "-f", "-"}, "deployment.apps/app configured\nservice/app unchanged\n", manifest("app", 5));
  expect({"apply", "--server-side", "--force-conflicts", "-f", "-"},
         "deployment.apps/app serverside-applied\nservice/app serverside-applied\n", manifest("app", 5));
  EXPECT_EQ(run({"diff", "-f", "-"}, manifest("app", 5)).exit_code, 0);
  expect_part({"apply", "view-last-applied", "deployment", "app"}, "replicas: 5");
}

TEST_F(KubectlVerbs, DeleteAndWait) {
  create_web();
  expect({"run", "p", "--image=nginx"}, "pod/p created\n");
  expect({"create", "job", "once", "--image=busybox"}, "job.batch/once created\n");
  expect({"create", "deployment", "kept", "--image=nginx"}, "deployment.apps/kept created\n");
  expect({"delete", "pod", "p", "--timeout=20s"}, "pod \"p\" deleted from default namespace\n");
  expect({"delete", "job", "once", "--timeout=20s"}, "job.batch \"once\" deleted from default namespace\n");
  expect({"delete", "deployment", "web", "--timeout=20s"}, "deployment.apps \"web\" deleted from default namespace\n");
  expect_failure({"delete", "deployment", "kept", "--cascade=foreground", "--timeout=1s"},
                 "timed out waiting for the condition on deployments/kept");
  expect({"create", "namespace", "team"}, "namespace/team created\n");
  expect_failure({"delete", "namespace", "team", "--timeout=1s"},
                 "timed out waiting for the condition on namespaces/team");
}

TEST_F(KubectlVerbs, FailWithoutKubelets) {
  expect({"run", "p", "--image=nginx"}, "pod/p created\n");
  expect({"logs", "p"}, "");
  expect_failure({"exec", "p", "--", "ls"}, "pod p does not have a host assigned");
  expect_failure({"attach", "p"}, "pod p does not have a host assigned");
  expect_failure({"cp", "p:/a", "/dev/null"}, "pod p does not have a host assigned");
  expect_failure({"port-forward", "p", "8080:80"}, "unable to forward port because pod is not running");
  expect_failure({"top", "pods"}, "Metrics API not available");
  expect_failure({"cordon", "n"}, "nodes \"n\" not found");
}

}  // namespace
}  // namespace kplane::kubectl
