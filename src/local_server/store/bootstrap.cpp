// The system objects of a plane: a small but realistic set, created once and shared by all planes.
#include "local_server/store/bootstrap.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/identity.hpp"
#include "local_server/base/tables.hpp"
#include "local_server/schema/bindings.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

struct Template {
  const ResourceType* type = nullptr;
  json value{};
};

using Templates = std::vector<Template>;

// Objects in creation order: namespaces first, because other objects need them.
constexpr const char kCore[] = R"([
  ["", "namespaces", {"metadata": {"name": "kube-system", "labels": {"kubernetes.io/metadata.name": "kube-system"}},
    "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}],
  ["", "namespaces", {"metadata": {"name": "kube-public", "labels": {"kubernetes.io/metadata.name": "kube-public"}},
    "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}],
  ["", "namespaces", {"metadata": {"name": "kube-node-lease", "labels": {"kubernetes.io/metadata.name": "kube-node-lease"}},
    "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}],
  ["", "namespaces", {"metadata": {"name": "default", "labels": {"kubernetes.io/metadata.name": "default"}},
    "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}],
  ["", "configmaps", {"metadata": {"name": "extension-apiserver-authentication", "namespace": "kube-system"},
    "data": {"requestheader-allowed-names": "[\"front-proxy\"]",
      "requestheader-extra-headers-prefix": "[\"X-Remote-Extra-\"]",
      "requestheader-group-headers": "[\"X-Remote-Group\"]",
      "requestheader-username-headers": "[\"X-Remote-User\"]"}}],
  ["", "configmaps", {"metadata": {"name": "kube-apiserver-legacy-service-account-token-tracking",
    "namespace": "kube-system"}, "data": {"since": "2026-01-01"}}],
  ["networking.k8s.io", "servicecidrs", {"metadata": {"name": "kubernetes"}, "spec": {"cidrs": ["10.0.0.0/24"]},
    "status": {"conditions": [{"type": "Ready", "status": "True", "reason": "",
      "message": "Kubernetes Service CIDR is ready", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}],
  ["networking.k8s.io", "ipaddresses", {"metadata": {"name": "10.0.0.1",
    "labels": {"ipaddress.kubernetes.io/ip-family": "IPv4",
      "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io"}},
    "spec": {"parentRef": {"resource": "services", "namespace": "default", "name": "kubernetes"}}}],
  ["", "services", {"metadata": {"name": "kubernetes", "namespace": "default",
    "labels": {"component": "apiserver", "provider": "kubernetes"}},
    "spec": {"ports": [{"name": "https", "protocol": "TCP", "port": 443, "targetPort": 6443}],
      "clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "type": "ClusterIP", "sessionAffinity": "None",
      "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack", "internalTrafficPolicy": "Cluster"},
    "status": {"loadBalancer": {}}}],
  ["", "endpoints", {"metadata": {"name": "kubernetes", "namespace": "default",
    "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}},
    "subsets": [{"addresses": [{"ip": "192.0.2.1"}], "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}]}]}],
  ["discovery.k8s.io", "endpointslices", {"metadata": {"name": "kubernetes", "namespace": "default",
    "labels": {"kubernetes.io/service-name": "kubernetes"}}, "addressType": "IPv4",
    "endpoints": [{"addresses": ["192.0.2.1"], "conditions": {"ready": true}}],
    "ports": [{"name": "https", "protocol": "TCP", "port": 6443}]}],
  ["coordination.k8s.io", "leases", {"metadata": {"name": "apiserver-kplane", "namespace": "kube-system",
    "labels": {"apiserver.kubernetes.io/identity": "kube-apiserver", "kubernetes.io/hostname": "localhost"}},
    "spec": {"holderIdentity": "apiserver-kplane", "leaseDurationSeconds": 3600,
      "renewTime": "2026-01-01T00:00:00.000000Z"}}],
  ["", "events", {"metadata": {"name": "kube-apiserver.ready", "namespace": "default"},
    "involvedObject": {"kind": "Namespace", "namespace": "default", "name": "default", "apiVersion": "v1"},
    "reason": "KubeAPIReadyz", "message": "readyz=true", "source": {"component": "apiserver"}, "count": 1,
    "type": "Normal", "eventTime": null, "reportingComponent": "", "reportingInstance": ""}],
  ["scheduling.k8s.io", "priorityclasses", {"metadata": {"name": "system-cluster-critical", "generation": 1},
    "value": 2000000000, "preemptionPolicy": "PreemptLowerPriority", "description": "For pods that the cluster needs, but that may move to another node."}],
  ["scheduling.k8s.io", "priorityclasses", {"metadata": {"name": "system-node-critical", "generation": 1},
    "value": 2000001000, "preemptionPolicy": "PreemptLowerPriority", "description": "For pods that must stay on their node."}]
])";

constexpr const char kFlowControl[] = R"([
  ["flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations", {"metadata": {"name": "exempt", "annotations": {"apf.kubernetes.io/autoupdate-spec": "true"}},
    "spec": {"type": "Exempt", "exempt": {"nominalConcurrencyShares": 0, "lendablePercent": 0}}, "status": {}}],
  ["flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations", {"metadata": {"name": "catch-all", "annotations": {"apf.kubernetes.io/autoupdate-spec": "true"}},
    "spec": {"type": "Limited", "limited": {"nominalConcurrencyShares": 5, "lendablePercent": 0,
      "limitResponse": {"type": "Reject"}}}, "status": {}}],
  ["flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations", {"metadata": {"name": "global-default", "annotations": {"apf.kubernetes.io/autoupdate-spec": "true"}},
    "spec": {"type": "Limited", "limited": {"nominalConcurrencyShares": 20, "lendablePercent": 50,
      "limitResponse": {"type": "Queue", "queuing": {"queues": 128, "handSize": 6, "queueLengthLimit": 50}}}},
    "status": {}}],
  ["flowcontrol.apiserver.k8s.io", "flowschemas", {"metadata": {"name": "exempt", "annotations": {"apf.kubernetes.io/autoupdate-spec": "true"}},
    "spec": {"priorityLevelConfiguration": {"name": "exempt"}, "matchingPrecedence": 1,
      "rules": [{"subjects": [{"kind": "Group", "group": {"name": "system:masters"}}],
        "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}]}]}, "status": {}}],
  ["flowcontrol.apiserver.k8s.io", "flowschemas", {"metadata": {"name": "catch-all", "annotations": {"apf.kubernetes.io/autoupdate-spec": "true"}},
    "spec": {"priorityLevelConfiguration": {"name": "catch-all"}, "matchingPrecedence": 10000,
      "distinguisherMethod": {"type": "ByUser"},
      "rules": [{"subjects": [{"kind": "Group", "group": {"name": "system:authenticated"}}],
        "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}]}]}, "status": {}}],
  ["flowcontrol.apiserver.k8s.io", "flowschemas", {"metadata": {"name": "global-default", "annotations": {"apf.kubernetes.io/autoupdate-spec": "true"}},
    "spec": {"priorityLevelConfiguration": {"name": "global-default"}, "matchingPrecedence": 9900,
      "distinguisherMethod": {"type": "ByUser"},
      "rules": [{"subjects": [{"kind": "Group", "group": {"name": "system:authenticated"}}],
        "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": true,
          "namespaces": ["*"]}]}]}, "status": {}}]
])";

constexpr const char kClusterRoles[] = R"({
  "cluster-admin": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
    {"verbs": ["*"], "nonResourceURLs": ["*"]}],
  "system:basic-user": [{"verbs": ["create"], "apiGroups": ["authorization.k8s.io"],
    "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]},
    {"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]}],
  "system:discovery": [{"verbs": ["get"], "nonResourceURLs": ["/api", "/api/*", "/apis", "/apis/*", "/healthz",
    "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"]}],
  "system:public-info-viewer": [{"verbs": ["get"],
    "nonResourceURLs": ["/healthz", "/livez", "/readyz", "/version", "/version/"]}],
  "system:kube-scheduler": [{"verbs": ["get", "list", "watch"], "apiGroups": [""],
    "resources": ["nodes", "pods", "services"]}],
  "system:kube-controller-manager": [{"verbs": ["list", "watch"], "apiGroups": ["*"], "resources": ["*"]}],
  "system:controller:deployment-controller": [{"verbs": ["get", "list", "update", "watch"], "apiGroups": ["apps"],
    "resources": ["deployments", "replicasets"]}]
})";

// The rules of aggregated roles.
constexpr const char kAggregateParts[] = R"({
  "system:aggregate-to-view": [
    {"verbs": ["get", "list", "watch"], "apiGroups": [""], "resources": ["configmaps", "endpoints",
      "persistentvolumeclaims", "persistentvolumeclaims/status", "pods", "replicationcontrollers",
      "replicationcontrollers/scale", "serviceaccounts", "services", "services/status"]},
    {"verbs": ["get", "list", "watch"], "apiGroups": [""], "resources": ["bindings", "events", "limitranges",
      "namespaces/status", "pods/log", "pods/status", "replicationcontrollers/status", "resourcequotas",
      "resourcequotas/status"]},
    {"verbs": ["get", "list", "watch"], "apiGroups": [""], "resources": ["namespaces"]},
    {"verbs": ["get", "list", "watch"], "apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"]},
    {"verbs": ["get", "list", "watch"], "apiGroups": ["apps"], "resources": ["controllerrevisions", "daemonsets",
      "daemonsets/status", "deployments", "deployments/scale", "deployments/status", "replicasets",
      "replicasets/scale", "replicasets/status", "statefulsets", "statefulsets/scale", "statefulsets/status"]},
    {"verbs": ["get", "list", "watch"], "apiGroups": ["autoscaling"], "resources": ["horizontalpodautoscalers",
      "horizontalpodautoscalers/status"]},
    {"verbs": ["get", "list", "watch"], "apiGroups": ["batch"], "resources": ["cronjobs", "cronjobs/status", "jobs",
      "jobs/status"]},
    {"verbs": ["get", "list", "watch"], "apiGroups": ["extensions"], "resources": ["daemonsets", "daemonsets/status",
      "deployments", "deployments/scale", "deployments/status", "ingresses", "ingresses/status", "networkpolicies",
      "replicasets", "replicasets/scale", "replicasets/status", "replicationcontrollers/scale"]},
    {"verbs": ["get", "list", "watch"], "apiGroups": ["policy"], "resources": ["poddisruptionbudgets",
      "poddisruptionbudgets/status"]},
    {"verbs": ["get", "list", "watch"], "apiGroups": ["networking.k8s.io"], "resources": ["ingresses",
      "ingresses/status", "networkpolicies"]},
    {"verbs": ["get", "list", "watch"], "apiGroups": ["resource.k8s.io"], "resources": ["resourceclaims",
      "resourceclaims/status", "resourceclaimtemplates"]}],
  "system:aggregate-to-edit": [
    {"verbs": ["get", "list", "watch"], "apiGroups": [""], "resources": ["pods/attach", "pods/exec",
      "pods/portforward", "pods/proxy", "secrets", "services/proxy"]},
    {"verbs": ["impersonate"], "apiGroups": [""], "resources": ["serviceaccounts"]},
    {"verbs": ["create", "delete", "deletecollection", "patch", "update"], "apiGroups": [""], "resources": ["pods",
      "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"]},
    {"verbs": ["create"], "apiGroups": [""], "resources": ["pods/eviction"]},
    {"verbs": ["create", "delete", "deletecollection", "patch", "update"], "apiGroups": [""], "resources":
      ["configmaps", "events", "persistentvolumeclaims", "replicationcontrollers", "replicationcontrollers/scale",
      "secrets", "serviceaccounts", "services", "services/proxy"]},
    {"verbs": ["create"], "apiGroups": [""], "resources": ["serviceaccounts/token"]},
    {"verbs": ["create", "delete", "deletecollection", "patch", "update"], "apiGroups": ["apps"], "resources":
      ["daemonsets", "deployments", "deployments/rollback", "deployments/scale", "replicasets", "replicasets/scale",
      "statefulsets", "statefulsets/scale"]},
    {"verbs": ["create", "delete", "deletecollection", "patch", "update"], "apiGroups": ["autoscaling"], "resources":
      ["horizontalpodautoscalers"]},
    {"verbs": ["create", "delete", "deletecollection", "patch", "update"], "apiGroups": ["batch"], "resources":
      ["cronjobs", "jobs"]},
    {"verbs": ["create", "delete", "deletecollection", "patch", "update"], "apiGroups": ["extensions"], "resources":
      ["daemonsets", "deployments", "deployments/rollback", "deployments/scale", "ingresses", "networkpolicies",
      "replicasets", "replicasets/scale", "replicationcontrollers/scale"]},
    {"verbs": ["create", "delete", "deletecollection", "patch", "update"], "apiGroups": ["policy"], "resources":
      ["poddisruptionbudgets"]},
    {"verbs": ["create", "delete", "deletecollection", "patch", "update"], "apiGroups": ["networking.k8s.io"],
      "resources": ["ingresses", "networkpolicies"]},
    {"verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"], "apiGroups":
      ["coordination.k8s.io"], "resources": ["leases"]},
    {"verbs": ["create", "delete", "deletecollection", "patch", "update"], "apiGroups": ["resource.k8s.io"],
      "resources": ["resourceclaims", "resourceclaimtemplates"]}],
  "system:aggregate-to-admin": [
    {"verbs": ["create"], "apiGroups": ["authorization.k8s.io"], "resources": ["localsubjectaccessreviews"]},
    {"verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"], "apiGroups":
      ["rbac.authorization.k8s.io"], "resources": ["rolebindings", "roles"]}]
})";

// The role that each of them, and each aggregated role, aggregates to.
constexpr const char kAggregation[] = R"({
  "system:aggregate-to-view": "view", "view": "edit", "system:aggregate-to-edit": "edit", "edit": "admin",
  "system:aggregate-to-admin": "admin"
})";

// In order: each is part of the next.
constexpr std::array<const char*, 3> kAggregated{"view", "edit", "admin"};

constexpr const char kClusterRoleBindings[] = R"({
  "cluster-admin": {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "system:masters"},
  "system:basic-user": {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "system:authenticated"},
  "system:discovery": {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "system:authenticated"},
  "system:public-info-viewer": {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io",
    "name": "system:unauthenticated"},
  "system:kube-scheduler": {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "system:kube-scheduler"},
  "system:kube-controller-manager": {"kind": "User", "apiGroup": "rbac.authorization.k8s.io",
    "name": "system:kube-controller-manager"},
  "system:controller:deployment-controller": {"kind": "ServiceAccount", "name": "deployment-controller",
    "namespace": "kube-system"}
})";

constexpr const char kRoles[] = R"([
  ["kube-system", "extension-apiserver-authentication-reader", [{"verbs": ["get", "list", "watch"], "apiGroups": [""],
    "resources": ["configmaps"], "resourceNames": ["extension-apiserver-authentication"]}],
    {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "system:kube-controller-manager"}],
  ["kube-system", "system::leader-locking-kube-scheduler", [{"verbs": ["watch"], "apiGroups": [""],
    "resources": ["configmaps"]}],
    {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "system:kube-scheduler"}],
  ["kube-public", "system:controller:bootstrap-signer", [{"verbs": ["get", "list", "watch"], "apiGroups": [""],
    "resources": ["configmaps"]}],
    {"kind": "ServiceAccount", "name": "bootstrap-signer", "namespace": "kube-system"}]
])";

void add(Templates& templates, const std::string& group, const std::string& resource, json value) {
  const ResourceType* type = find_built_in(group, resource);
  value["apiVersion"] = api_version(*type);
  value["kind"] = type->kind;
  templates.push_back({type, std::move(value)});
}

void add_literal(Templates& templates, const char* literal) {
  for (auto& entry : json::parse(literal)) add(templates, entry[0], entry[1], entry[2]);
}

json rbac_metadata(const std::string& name, const std::string& ns = {}) {
  json metadata = {{"name", name},
                   {"labels", {{"kubernetes.io/bootstrapping", "rbac-defaults"}}},
                   {"annotations", {{"rbac.authorization.kubernetes.io/autoupdate", "true"}}}};
  if (!ns.empty()) metadata["namespace"] = ns;
  return metadata;
}

std::string aggregation_label(const std::string& role) { return "rbac.authorization.k8s.io/aggregate-to-" + role; }

json cluster_role_metadata(const std::string& name) {
  static const json aggregation = json::parse(kAggregation);
  json metadata = rbac_metadata(name);
  const auto whole = aggregation.find(name);
  if (whole != aggregation.end()) metadata["labels"][aggregation_label(*whole)] = "true";
  return metadata;
}

/// The rules that kube-controller-manager gives a role: those of its parts, ordered by name, each once.
json aggregated_rules(const std::string& role, const json& rules_of) {
  json rules = json::array();
  const json aggregation = json::parse(kAggregation);
  for (const auto& [part, whole] : aggregation.items()) {
    if (whole != role) continue;
    for (const json& rule : rules_of.at(part)) {
      if (std::find(rules.begin(), rules.end(), rule) == rules.end()) rules.push_back(rule);
    }
  }
  return rules;
}

void add_aggregated_roles(Templates& templates, bool with_rules) {
  json rules_of = json::parse(kAggregateParts);
  for (const auto& [name, rules] : rules_of.items()) {
    add(templates, kRbacApiGroup, "clusterroles", {{"metadata", cluster_role_metadata(name)}, {"rules", rules}});
  }
  for (const std::string name : kAggregated) {
    rules_of[name] = aggregated_rules(name, rules_of);
    const json selector = {{"matchLabels", {{aggregation_label(name), "true"}}}};
    add(templates, kRbacApiGroup, "clusterroles",
        {{"metadata", cluster_role_metadata(name)},
         {"aggregationRule", {{"clusterRoleSelectors", json::array({selector})}}},
         {"rules", with_rules ? rules_of[name] : json()}});
  }
}

json role_reference(const std::string& kind, const std::string& name) {
  return {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", kind}, {"name", name}};
}

void add_rbac(Templates& templates, bool aggregate_roles) {
  add_aggregated_roles(templates, aggregate_roles);
  const json roles = json::parse(kClusterRoles);
  for (const auto& [name, rules] : roles.items()) {
    add(templates, kRbacApiGroup, "clusterroles", {{"metadata", rbac_metadata(name)}, {"rules", rules}});
  }
  const json bindings = json::parse(kClusterRoleBindings);
  for (const auto& [name, subject] : bindings.items()) {
    add(templates, kRbacApiGroup, "clusterrolebindings",
        {{"metadata", rbac_metadata(name)},
         {"subjects", json::array({subject})},
         {"roleRef", role_reference("ClusterRole", name)}});
  }
  for (const auto& role : json::parse(kRoles)) {
    const std::string ns = role[0];
    const std::string name = role[1];
    add(templates, kRbacApiGroup, "roles", {{"metadata", rbac_metadata(name, ns)}, {"rules", role[2]}});
    add(templates, kRbacApiGroup, "rolebindings",
        {{"metadata", rbac_metadata(name, ns)},
         {"subjects", json::array({role[3]})},
         {"roleRef", role_reference("Role", name)}});
  }
}

void add_api_services(Templates& templates) {
  const json table = parse_table(Table::resources);
  for (const auto& group : table["groups"]) {
    for (const auto& [version, priorities] : group["versions"].items()) {
      if (priorities.is_null()) continue;
      json spec = {{"version", version}, {"groupPriorityMinimum", priorities[0]}, {"versionPriority", priorities[1]}};
      const std::string name = group["name"];
      if (!name.empty()) spec["group"] = name;
      const json condition = {{"type", "Available"},
                              {"status", "True"},
                              {"lastTransitionTime", rfc3339_now()},
                              {"reason", "Local"},
                              {"message", "Local APIServices are always available"}};
      const json metadata = {{"name", std::string(version).append(".").append(name)},
                             {"labels", {{"kube-aggregator.kubernetes.io/automanaged", "onstart"}}}};
      add(templates, "apiregistration.k8s.io", "apiservices",
          {{"metadata", metadata}, {"spec", spec}, {"status", {{"conditions", json::array({condition})}}}});
    }
  }
}

InitialObjects make_objects(bool aggregate_roles, bool labelled) {
  Templates templates;
  add_literal(templates, kCore);
  add_literal(templates, kFlowControl);
  add_rbac(templates, aggregate_roles);
  add_api_services(templates);
  std::vector<SharedObject> objects;
  objects.reserve(templates.size());
  for (auto& each : templates) objects.emplace_back(*each.type, std::move(each.value), labelled);
  return InitialObjects(std::move(objects));
}

template <bool AggregateRoles, bool Labelled>
const InitialObjects& made_objects() {
  static const InitialObjects objects = make_objects(AggregateRoles, Labelled);
  return objects;
}

}  // namespace

const InitialObjects& system_objects(bool aggregate_roles, bool labelled) {
  if (labelled) return aggregate_roles ? made_objects<true, true>() : made_objects<false, true>();
  return aggregate_roles ? made_objects<true, false>() : made_objects<false, false>();
}

void bootstrap(Store& store, bool aggregate_roles) {
  store.begin_with(system_objects(aggregate_roles, !store.cluster().empty()));
}

}  // namespace kplane::testing::server
