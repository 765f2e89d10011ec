// Objects as an apiserver and its controllers write them; only their names, IDs and versions differ.
#include "support/bodies.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace kplane::tests {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* created = "2026-05-21T18:05:00Z";

class Plane {
 public:
  explicit Plane(std::string_view cluster) : cluster_(cluster) {}

  void add(std::string group, std::string resource, std::vector<Json> items) {
    Json entry = {{"group", std::move(group)}, {"resource", std::move(resource)}, {"synced", true}};
    entry["itemCount"] = items.size();
    entry["items"] = std::move(items);
    resources_.push_back(std::move(entry));
  }

  [[nodiscard]] std::string text() && {
    std::stable_sort(resources_.begin(), resources_.end(), [](const Json& a, const Json& b) {
      return std::pair(a["group"], a["resource"]) < std::pair(b["group"], b["resource"]);
    });
    const Json body = {{"cluster", cluster_},
                       {"snapshotTime", "2026-05-21T18:05:12Z"},
                       {"liveResources", 52},
                       {"resources", std::move(resources_)}};
    return body.dump();
  }

  /// ObjectMeta with a UID and a version of its own.
  [[nodiscard]] Json metadata(const std::string& name, const std::string& ns = "") {
    Json meta = {{"name", name}};
    if (!ns.empty()) meta["namespace"] = ns;
    meta["uid"] = uid();
    meta["resourceVersion"] = std::to_string(++version_);
    meta["creationTimestamp"] = created;
    return meta;
  }

 private:
  std::string uid() {
    constexpr std::string_view form = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
    std::string id(form);
    for (char& c : id)
      if (c == 'x') c = "0123456789abcdef"[random_() % 16];
    return id;
  }

  std::string cluster_;
  std::vector<Json> resources_;
  std::mt19937 random_{20260521};  // the standard fixes what it yields
  int version_ = 0;
};

std::string numbered(const std::string& stem, int number) { return stem + "-" + std::to_string(number); }

/// `make(i)` for each i below `count`.
template <class Make>
std::vector<Json> several(int count, Make make) {
  std::vector<Json> items;
  items.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) items.push_back(make(i));
  return items;
}

Json condition(const char* type, const char* reason, const char* message) {
  return {
      {"type", type}, {"status", "True"}, {"lastTransitionTime", created}, {"reason", reason}, {"message", message}};
}

// ---- What every plane is born with

void add_cluster_basics(Plane& plane) {
  plane.add("", "componentstatuses", several(3, [](int i) {
              const std::array<const char*, 3> names{"controller-manager", "scheduler", "etcd-0"};
              const std::string port = std::to_string(10257 + 2 * i);
              return Json{{"metadata", {{"name", names[static_cast<std::size_t>(i)]}, {"creationTimestamp", nullptr}}},
                          {"conditions",
                           {{{"type", "Healthy"},
                             {"status", "False"},
                             {"message", "Get \"https://127.0.0.1:" + port + "/healthz\": connection refused"}}}}};
            }));
  plane.add("", "namespaces", several(4, [&](int i) {
              const std::array<const char*, 4> names{"default", "kube-node-lease", "kube-public", "kube-system"};
              const char* name = names[static_cast<std::size_t>(i)];
              Json meta = plane.metadata(name);
              meta["labels"] = {{"kubernetes.io/metadata.name", name}};
              return Json{{"metadata", std::move(meta)},
                          {"spec", {{"finalizers", {"kubernetes"}}}},
                          {"status", {{"phase", "Active"}}}};
            }));
  plane.add(
      "apiregistration.k8s.io", "apiservices", several(20, [&](int i) {
        const std::string group = numbered("group", i) + ".k8s.io";
        Json meta = plane.metadata("v1." + group);
        meta["labels"] = {{"kube-aggregator.kubernetes.io/automanaged", "onstart"}};
        return Json{
            {"metadata", std::move(meta)},
            {"spec", {{"group", group}, {"version", "v1"}, {"groupPriorityMinimum", 17500}, {"versionPriority", 15}}},
            {"status", {{"conditions", {condition("Available", "Local", "Local APIServices are always available")}}}}};
      }));
  plane.add("scheduling.k8s.io", "priorityclasses", several(2, [&](int i) {
              return Json{
                  {"metadata", plane.metadata(i == 0 ? "system-cluster-critical" : "system-node-critical")},
                  {"value", 2'000'000'000 + 1'000 * i},
                  {"description", "Used for system critical pods that must not be moved from their current node."},
                  {"preemptionPolicy", "PreemptLowerPriority"}};
            }));
}

Json rule(std::vector<std::string> groups, std::vector<std::string> resources, std::vector<std::string> verbs) {
  return {{"verbs", std::move(verbs)}, {"apiGroups", std::move(groups)}, {"resources", std::move(resources)}};
}

Json rbac_metadata(Plane& plane, const std::string& name, const std::string& ns = "") {
  Json meta = plane.metadata(name, ns);
  meta["labels"] = {{"kubernetes.io/bootstrapping", "rbac-defaults"}};
  meta["annotations"] = {{"rbac.authorization.kubernetes.io/autoupdate", "true"}};
  return meta;
}

Json role_object(Plane& plane, const std::string& name, const std::string& ns = "") {
  return {{"metadata", rbac_metadata(plane, name, ns)},
          {"rules",
           {rule({"", "events.k8s.io"}, {"events"}, {"create", "patch", "update"}),
            rule({"apps"}, {"deployments", "replicasets", "statefulsets"}, {"get", "list", "watch", "update"}),
            rule({"coordination.k8s.io"}, {"leases"}, {"create", "get", "list", "update"}),
            rule({""}, {"configmaps", "secrets"}, {"get", "list", "watch"})}}};
}

Json binding_object(Plane& plane, const std::string& name, const std::string& ns = "") {
  return {{"metadata", rbac_metadata(plane, name, ns)},
          {"subjects", {{{"kind", "ServiceAccount"}, {"name", name}, {"namespace", "kube-system"}}}},
          {"roleRef", {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "ClusterRole"}, {"name", name}}}};
}

void add_rbac(Plane& plane) {
  const std::string group = "rbac.authorization.k8s.io";
  const std::string stem = "system:controller:resource-claim-controller";
  plane.add(group, "clusterroles", several(66, [&](int i) { return role_object(plane, numbered(stem, i)); }));
  plane.add(group, "clusterrolebindings", several(47, [&](int i) { return binding_object(plane, numbered(stem, i)); }));
  plane.add(group, "roles", several(7, [&](int i) { return role_object(plane, numbered(stem, i), "kube-system"); }));
  plane.add(group, "rolebindings",
            several(7, [&](int i) { return binding_object(plane, numbered(stem, i), "kube-system"); }));
}

void add_flow_control(Plane& plane) {
  const std::string group = "flowcontrol.apiserver.k8s.io";
  plane.add(
      group, "flowschemas", several(13, [&](int i) {
        Json meta = plane.metadata(numbered("workload-leader-election", i));
        meta["annotations"] = {{"apf.kubernetes.io/autoupdate-spec", "true"}};
        const Json subject = {{"kind", "ServiceAccount"},
                              {"serviceAccount", {{"namespace", "kube-system"}, {"name", "*"}}}};
        Json endpoints = rule({""}, {"endpoints", "configmaps"}, {"get", "create", "update"});
        Json leases = rule({"coordination.k8s.io"}, {"leases"}, {"get", "create", "update"});
        endpoints["namespaces"] = leases["namespaces"] = {"*"};
        return Json{
            {"metadata", std::move(meta)},
            {"spec",
             {{"priorityLevelConfiguration", {{"name", "leader-election"}}},
              {"matchingPrecedence", 200},
              {"distinguisherMethod", {{"type", "ByUser"}}},
              {"rules", {{{"subjects", {subject}}, {"resourceRules", {endpoints, leases}}}}}}},
            {"status",
             {{"conditions",
               {condition("Dangling", "Found", "This FlowSchema references a PriorityLevelConfiguration object")}}}}};
      }));
  plane.add(group, "prioritylevelconfigurations", several(8, [&](int i) {
              return Json{
                  {"metadata", plane.metadata(numbered("workload-low", i))},
                  {"spec",
                   {{"type", "Limited"},
                    {"limited",
                     {{"nominalConcurrencyShares", 100},
                      {"limitResponse",
                       {{"type", "Queue"}, {"queuing", {{"queues", 128}, {"handSize", 6}, {"queueLengthLimit", 50}}}}},
                      {"lendablePercent", 90}}}}},
                  {"status", Json::object()}};
            }));
}

// ---- What an agent works on

Json container(int variant) {
  return {{"name", "web"},
          {"image", "registry.example.com/shop/web:1." + std::to_string(variant)},
          {"ports", {{{"containerPort", 8080}, {"protocol", "TCP"}}}},
          {"env", several(6,
                          [](int i) {
                            return Json{{"name", numbered("SETTING", i)}, {"value", numbered("value", i)}};
                          })},
          {"resources",
           {{"limits", {{"cpu", "500m"}, {"memory", "128Mi"}}}, {"requests", {{"cpu", "100m"}, {"memory", "64Mi"}}}}},
          {"terminationMessagePath", "/dev/termination-log"},
          {"terminationMessagePolicy", "File"},
          {"imagePullPolicy", "IfNotPresent"}};
}

Json pod_spec(int variant) {
  Json web = container(variant);
  web["volumeMounts"] = {{{"name", "kube-api-access"},
                          {"readOnly", true},
                          {"mountPath", "/var/run/secrets/kubernetes.io/serviceaccount"}}};
  const Json token = {{"serviceAccountToken", {{"expirationSeconds", 3607}, {"path", "token"}}}};
  const Json ca = {{"configMap", {{"name", "kube-root-ca.crt"}, {"items", {{{"key", "ca.crt"}, {"path", "ca.crt"}}}}}}};
  const Json ns = {
      {"downwardAPI",
       {{"items",
         {{{"path", "namespace"}, {"fieldRef", {{"apiVersion", "v1"}, {"fieldPath", "metadata.namespace"}}}}}}}}};
  const auto toleration = [](const char* key) {
    return Json{{"key", key}, {"operator", "Exists"}, {"effect", "NoExecute"}, {"tolerationSeconds", 300}};
  };
  return {
      {"volumes", {{{"name", "kube-api-access"}, {"projected", {{"sources", {token, ca, ns}}, {"defaultMode", 420}}}}}},
      {"containers", {std::move(web)}},
      {"restartPolicy", "Always"},
      {"terminationGracePeriodSeconds", 30},
      {"dnsPolicy", "ClusterFirst"},
      {"serviceAccountName", "default"},
      {"serviceAccount", "default"},
      {"nodeName", numbered("node", variant % 7)},
      {"securityContext", Json::object()},
      {"schedulerName", "default-scheduler"},
      {"tolerations", {toleration("node.kubernetes.io/not-ready"), toleration("node.kubernetes.io/unreachable")}},
      {"priority", 0},
      {"enableServiceLinks", true},
      {"preemptionPolicy", "PreemptLowerPriority"}};
}

Json pod_status(int variant) {
  const bool runs = variant % 5 != 4;
  const auto state = [&](const char* type) {
    return Json{{"type", type},
                {"status", runs ? "True" : "False"},
                {"lastProbeTime", nullptr},
                {"lastTransitionTime", created}};
  };
  const std::string ip = "10.1." + std::to_string(variant / 250) + "." + std::to_string(variant % 250);
  return {{"phase", runs ? "Running" : "Pending"},
          {"conditions", {state("Ready"), state("PodScheduled")}},
          {"hostIP", "10.0.0.1"},
          {"podIP", ip},
          {"podIPs", {{{"ip", ip}}}},
          {"containerStatuses",
           {{{"name", "web"},
             {"state", {{"running", {{"startedAt", created}}}}},
             {"lastState", Json::object()},
             {"ready", runs},
             {"restartCount", 0},
             {"image", "registry.example.com/shop/web:1.0"},
             {"imageID", "sha256:0"}}}},
          {"qosClass", "Burstable"}};
}

Json labels_of(int deployment) {
  return {{"app.kubernetes.io/name", numbered("web", deployment)}, {"tier", "frontend"}};
}

Json pod_object(Plane& plane, int deployment, int pod) {
  const std::string name = numbered("web", deployment);
  Json meta = plane.metadata(numbered(name + "-7d9c6f5b84", pod), "default");
  meta["labels"] = labels_of(deployment);
  return {{"metadata", std::move(meta)}, {"spec", pod_spec(pod)}, {"status", pod_status(deployment + pod)}};
}

Json deployment_object(Plane& plane, int deployment, int pods) {
  Json web = container(deployment);
  web["env"].push_back({{"name", "GREETING"}, {"value", "h\u00e9llo \u201ckplane\u201d"}});
  web["readinessProbe"] = {{"httpGet", {{"path", "/healthz"}, {"port", 8080}, {"scheme", "HTTP"}}},
                           {"timeoutSeconds", 1},
                           {"periodSeconds", 10},
                           {"failureThreshold", 3}};
  Json meta = plane.metadata(numbered("web", deployment), "default");
  meta["labels"] = labels_of(deployment);
  const Json pod = {
      {"metadata", {{"creationTimestamp", nullptr}, {"labels", labels_of(deployment)}}},
      {"spec", {{"containers", {std::move(web)}}, {"restartPolicy", "Always"}, {"dnsPolicy", "ClusterFirst"}}}};
  return {
      {"metadata", std::move(meta)},
      {"spec",
       {{"replicas", pods},
        {"selector", {{"matchLabels", labels_of(deployment)}}},
        {"template", pod},
        {"strategy", {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxUnavailable", "25%"}, {"maxSurge", "25%"}}}}},
        {"revisionHistoryLimit", 10},
        {"progressDeadlineSeconds", 600}}},
      {"status", {{"replicas", pods}, {"readyReplicas", pods}}}};
}

Json service_object(Plane& plane, int deployment) {
  const std::string ip = "10.96.0." + std::to_string(10 + deployment);
  return {{"metadata", plane.metadata(numbered("web", deployment), "default")},
          {"spec",
           {{"ports", {{{"protocol", "TCP"}, {"port", 80}, {"targetPort", 8080}}}},
            {"selector", labels_of(deployment)},
            {"clusterIP", ip},
            {"clusterIPs", {ip}},
            {"type", "ClusterIP"},
            {"sessionAffinity", "None"}}},
          {"status", {{"loadBalancer", Json::object()}}}};
}

Json config_map_object(Plane& plane, int deployment) {
  return {{"metadata", plane.metadata(numbered("web-config", deployment), "default")},
          {"data",
           {{"app.yaml", "listen: 8080\nupstreams:\n  - \"a\"\n  - \"b\"\n"},
            {"start.sh", "#!/bin/sh\nset -e\necho \"tab\\t quote\\\" done\"\n"}}}};
}

void add_workload(Plane& plane, const Workload& workload) {
  const int deployments = workload.deployments;
  std::vector<Json> pods;
  for (int d = 0; d < deployments; ++d)
    for (int p = 0; p < workload.pods_per_deployment; ++p) pods.push_back(pod_object(plane, d, p));
  plane.add("", "pods", std::move(pods));
  plane.add("apps", "deployments",
            several(deployments, [&](int d) { return deployment_object(plane, d, workload.pods_per_deployment); }));
  plane.add("", "services", several(deployments, [&](int d) { return service_object(plane, d); }));
  plane.add("", "configmaps", several(deployments, [&](int d) { return config_map_object(plane, d); }));
}

}  // namespace

std::string make_state_body(std::string_view cluster, Workload workload) {
  Plane plane(cluster);
  add_cluster_basics(plane);
  add_rbac(plane);
  add_flow_control(plane);
  if (workload.deployments > 0) add_workload(plane, workload);
  return std::move(plane).text();
}

std::string make_fleet_body(std::string_view name, int members) {
  const std::string prefix = std::string(name) + "-";
  Json fleet = {{"apiVersion", "kplane.dev/v1"},
                {"kind", "Fleet"},
                {"metadata", {{"name", name}, {"uid", "df1b204e-dc99-43d7-a56a-838b1ea72c00"}, {"generation", 1}}},
                {"spec", {{"namePrefix", prefix}, {"replicas", members}}}};
  fleet["status"] = {{"observedGeneration", 1}, {"readyReplicas", members}};
  fleet["status"]["members"] = several(members, [&](int i) {
    std::string number = std::to_string(i);
    number.insert(0, number.size() < 4 ? 4 - number.size() : 0, '0');
    return Json{{"clusterID", prefix + number}, {"lastTransitionTime", created}, {"phase", "Ready"}};
  });
  return fleet.dump();
}

}  // namespace kplane::tests
