#include "local_server/base/resource_types.hpp"

#include <algorithm>
#include <tuple>

#include "local_server/base/type_names.hpp"

namespace kplane::testing::server {
namespace {

constexpr bool kNamespaced = true;
constexpr bool kCluster = false;
constexpr bool kStatus = true;
constexpr bool kPlain = false;
constexpr bool kWatched = true;
constexpr bool kOnDemand = false;

std::vector<ResourceType> core_types() {
  return {
      {"", "v1", "configmaps", "ConfigMap", kNamespaced, kPlain, kWatched},
      {"", "v1", "endpoints", "Endpoints", kNamespaced, kPlain, kWatched},
      {"", "v1", "events", "Event", kNamespaced, kPlain, kWatched},
      {"", "v1", "limitranges", "LimitRange", kNamespaced, kPlain, kWatched},
      {"", "v1", "namespaces", "Namespace", kCluster, kStatus, kWatched, NameRule::label},
      {"", "v1", "nodes", "Node", kCluster, kStatus, kWatched},
      {"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", kNamespaced, kStatus, kWatched},
      {"", "v1", "persistentvolumes", "PersistentVolume", kCluster, kStatus, kWatched},
      {"", "v1", "pods", "Pod", kNamespaced, kStatus, kWatched},
      {"", "v1", "podtemplates", "PodTemplate", kNamespaced, kPlain, kOnDemand},
      {"", "v1", "replicationcontrollers", "ReplicationController", kNamespaced, kStatus, kWatched},
      {"", "v1", "resourcequotas", "ResourceQuota", kNamespaced, kStatus, kWatched},
      {"", "v1", "secrets", "Secret", kNamespaced, kPlain, kWatched},
      {"", "v1", "serviceaccounts", "ServiceAccount", kNamespaced, kPlain, kWatched},
      {"", "v1", "services", "Service", kNamespaced, kStatus, kWatched},
  };
}

std::vector<ResourceType> workload_types() {
  return {
      {"apps", "v1", "controllerrevisions", "ControllerRevision", kNamespaced, kPlain, kOnDemand},
      {"apps", "v1", "daemonsets", "DaemonSet", kNamespaced, kStatus, kWatched},
      {"apps", "v1", "deployments", "Deployment", kNamespaced, kStatus, kWatched},
      {"apps", "v1", "replicasets", "ReplicaSet", kNamespaced, kStatus, kWatched},
      {"apps", "v1", "statefulsets", "StatefulSet", kNamespaced, kStatus, kWatched},
      {"autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", kNamespaced, kStatus, kOnDemand},
      {"batch", "v1", "cronjobs", "CronJob", kNamespaced, kStatus, kWatched},
      {"batch", "v1", "jobs", "Job", kNamespaced, kStatus, kWatched},
      {"policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", kNamespaced, kStatus, kOnDemand},
      {"scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", kCluster, kPlain, kWatched},
      {"node.k8s.io", "v1", "runtimeclasses", "RuntimeClass", kCluster, kPlain, kWatched},
  };
}

std::vector<ResourceType> network_types() {
  return {
      {"discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", kNamespaced, kPlain, kWatched},
      {"networking.k8s.io", "v1", "ingressclasses", "IngressClass", kCluster, kPlain, kWatched},
      {"networking.k8s.io", "v1", "ingresses", "Ingress", kNamespaced, kStatus, kWatched},
      {"networking.k8s.io", "v1", "ipaddresses", "IPAddress", kCluster, kPlain, kWatched},
      {"networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", kNamespaced, kPlain, kWatched},
      {"networking.k8s.io", "v1", "servicecidrs", "ServiceCIDR", kCluster, kStatus, kWatched},
  };
}

std::vector<ResourceType> access_types() {
  constexpr auto kSegment = NameRule::path_segment;
  const std::string rbac = "rbac.authorization.k8s.io";
  return {
      {rbac, "v1", "clusterrolebindings", "ClusterRoleBinding", kCluster, kPlain, kWatched, kSegment},
      {rbac, "v1", "clusterroles", "ClusterRole", kCluster, kPlain, kWatched, kSegment},
      {rbac, "v1", "rolebindings", "RoleBinding", kNamespaced, kPlain, kWatched, kSegment},
      {rbac, "v1", "roles", "Role", kNamespaced, kPlain, kWatched, kSegment},
      {"certificates.k8s.io", "v1", "certificatesigningrequests", "CertificateSigningRequest", kCluster, kStatus,
       kOnDemand},
  };
}

std::vector<ResourceType> apiserver_types() {
  const std::string admission = "admissionregistration.k8s.io";
  const std::string flow = "flowcontrol.apiserver.k8s.io";
  return {
      {admission, "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", kCluster, kPlain, kWatched},
      {admission, "v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy", kCluster, kStatus, kWatched},
      {admission, "v1", "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", kCluster, kPlain,
       kWatched},
      {admission, "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", kCluster, kPlain,
       kWatched},
      {"apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", kCluster, kStatus,
       kWatched},
      {"apiregistration.k8s.io", "v1", "apiservices", "APIService", kCluster, kStatus, kWatched},
      {"coordination.k8s.io", "v1", "leases", "Lease", kNamespaced, kPlain, kWatched},
      {"events.k8s.io", "v1", "events", "Event", kNamespaced, kPlain, kWatched},
      {flow, "v1", "flowschemas", "FlowSchema", kCluster, kStatus, kWatched},
      {flow, "v1", "prioritylevelconfigurations", "PriorityLevelConfiguration", kCluster, kStatus, kWatched},
  };
}

std::vector<ResourceType> storage_types() {
  const std::string group = "storage.k8s.io";
  return {
      {group, "v1", "csidrivers", "CSIDriver", kCluster, kPlain, kOnDemand},
      {group, "v1", "csinodes", "CSINode", kCluster, kPlain, kOnDemand},
      {group, "v1", "csistoragecapacities", "CSIStorageCapacity", kNamespaced, kPlain, kOnDemand},
      {group, "v1", "storageclasses", "StorageClass", kCluster, kPlain, kWatched},
      {group, "v1", "volumeattachments", "VolumeAttachment", kCluster, kStatus, kOnDemand},
  };
}

std::vector<ResourceType> sorted_table() {
  std::vector<ResourceType> table;
  for (auto part :
       {core_types(), workload_types(), network_types(), access_types(), apiserver_types(), storage_types()}) {
    table.insert(table.end(), part.begin(), part.end());
  }
  std::sort(table.begin(), table.end(), [](const ResourceType& a, const ResourceType& b) {
    return std::tie(a.group, a.resource) < std::tie(b.group, b.resource);
  });
  for (auto& type : table) fill_names(type);
  return table;
}

}  // namespace

bool has_subresource(const ResourceType& type, std::string_view subresource) {
  return subresource.empty() || (subresource == "status" && type.has_status) ||
         (subresource == "scale" && type.scale.has_value()) ||
         (subresource == "finalize" && type.group.empty() && type.resource == "namespaces") ||
         (subresource == "token" && type.group.empty() && type.resource == "serviceaccounts");
}

std::string api_version(const ResourceType& type) {
  return type.group.empty() ? type.version : type.group + "/" + type.version;
}

std::string qualified_resource(const ResourceType& type) {
  return type.group.empty() ? type.resource : type.resource + "." + type.group;
}

std::string qualified_kind(const ResourceType& type) {
  return type.group.empty() ? type.kind : type.kind + "." + type.group;
}

const std::vector<ResourceType>& built_in_types() {
  static const std::vector<ResourceType> table = sorted_table();
  return table;
}

const ResourceType* find_built_in(std::string_view group, std::string_view version, std::string_view resource) {
  const ResourceType* type = find_built_in(group, resource);
  return type != nullptr && type->version == version ? type : nullptr;
}

const ResourceType* find_built_in(std::string_view group, std::string_view resource) {
  const auto& table = built_in_types();
  const auto wanted = std::tie(group, resource);
  const auto found =
      std::lower_bound(table.begin(), table.end(), wanted, [](const ResourceType& type, const auto& key) {
        return std::make_tuple(std::string_view(type.group), std::string_view(type.resource)) < key;
      });
  if (found == table.end() || found->group != group || found->resource != resource) return nullptr;
  return &*found;
}

const ResourceType& fleet_type() {
  static const ResourceType type = [] {
    ResourceType fleet{"kplane.dev", "v1", "fleets", "Fleet", kCluster, kStatus, kOnDemand};
    fleet.custom = true;
    fleet.singular = "fleet";
    fleet.short_names = {"flt"};
    fleet.categories = {"kplane"};
    return fleet;
  }();
  return type;
}

}  // namespace kplane::testing::server
