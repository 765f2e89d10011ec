// Schemas of built-in types, as far as unknown fields go.
#include "local_server/schema/known_fields.hpp"

#include <iterator>
#include <utility>

namespace kplane::testing::server {
namespace {

using nlohmann::json;

// A type is an object of its fields. A field is "" (anything: a scalar, a free map, or a structure not described here),
// the name of a type, or a list of one. A type that starts with another one's name in "<" has that one's fields too.
constexpr const char kTypes[] = R"({
  "Object": {"apiVersion": "", "kind": "", "metadata": "ObjectMeta"},
  "ObjectMeta": {"name": "", "generateName": "", "namespace": "", "selfLink": "", "uid": "", "resourceVersion": "",
    "generation": "", "creationTimestamp": "", "deletionTimestamp": "", "deletionGracePeriodSeconds": "", "labels": "",
    "annotations": "", "ownerReferences": ["OwnerReference"], "finalizers": "", "managedFields": ""},
  "OwnerReference": {"apiVersion": "", "kind": "", "name": "", "uid": "", "controller": "", "blockOwnerDeletion": ""},
  "ConfigMap": {"<": "Object", "data": "", "binaryData": "", "immutable": ""},
  "Secret": {"<": "Object", "data": "", "stringData": "", "type": "", "immutable": ""},
  "ServiceAccount": {"<": "Object", "secrets": "", "imagePullSecrets": ["Reference"],
    "automountServiceAccountToken": ""},
  "Reference": {"name": ""},
  "TokenRequest": {"<": "Object", "spec": "TokenRequestSpec", "status": ""},
  "TokenRequestSpec": {"audiences": "", "expirationSeconds": "", "boundObjectRef": ""},
  "Namespace": {"<": "Object", "spec": "NamespaceSpec", "status": ""},
  "NamespaceSpec": {"finalizers": ""},
  "Service": {"<": "Object", "spec": "ServiceSpec", "status": ""},
  "ServiceSpec": {"ports": ["ServicePort"], "selector": "", "clusterIP": "", "clusterIPs": "", "type": "",
    "externalIPs": "", "sessionAffinity": "", "loadBalancerIP": "", "loadBalancerSourceRanges": "", "externalName": "",
    "externalTrafficPolicy": "", "healthCheckNodePort": "", "publishNotReadyAddresses": "", "sessionAffinityConfig": "",
    "ipFamilies": "", "ipFamilyPolicy": "", "allocateLoadBalancerNodePorts": "", "loadBalancerClass": "",
    "internalTrafficPolicy": "", "trafficDistribution": ""},
  "ServicePort": {"name": "", "protocol": "", "appProtocol": "", "port": "", "targetPort": "", "nodePort": ""},
  "Role": {"<": "Object", "rules": ["PolicyRule"]},
  "ClusterRole": {"<": "Object", "rules": ["PolicyRule"], "aggregationRule": ""},
  "PolicyRule": {"verbs": "", "apiGroups": "", "resources": "", "resourceNames": "", "nonResourceURLs": ""},
  "RoleBinding": {"<": "Object", "subjects": ["Subject"], "roleRef": "RoleRef"},
  "ClusterRoleBinding": {"<": "RoleBinding"},
  "Subject": {"kind": "", "apiGroup": "", "name": "", "namespace": ""},
  "RoleRef": {"apiGroup": "", "kind": "", "name": ""},
  "Deployment": {"<": "Object", "spec": "DeploymentSpec", "status": ""},
  "DeploymentSpec": {"replicas": "", "selector": "LabelSelector", "template": "PodTemplateSpec",
    "strategy": "DeploymentStrategy", "minReadySeconds": "", "revisionHistoryLimit": "", "paused": "",
    "progressDeadlineSeconds": ""},
  "DeploymentStrategy": {"type": "", "rollingUpdate": "RollingUpdate"},
  "RollingUpdate": {"maxUnavailable": "", "maxSurge": ""},
  "ReplicaSet": {"<": "Object", "spec": "ReplicaSetSpec", "status": ""},
  "ReplicaSetSpec": {"replicas": "", "minReadySeconds": "", "selector": "LabelSelector",
    "template": "PodTemplateSpec"},
  "StatefulSet": {"<": "Object", "spec": "StatefulSetSpec", "status": ""},
  "StatefulSetSpec": {"replicas": "", "selector": "LabelSelector", "template": "PodTemplateSpec",
    "volumeClaimTemplates": ["PersistentVolumeClaim"], "serviceName": "", "podManagementPolicy": "",
    "updateStrategy": "StatefulSetStrategy", "revisionHistoryLimit": "", "minReadySeconds": "",
    "persistentVolumeClaimRetentionPolicy": "", "ordinals": ""},
  "StatefulSetStrategy": {"type": "", "rollingUpdate": "StatefulSetRollingUpdate"},
  "StatefulSetRollingUpdate": {"partition": "", "maxUnavailable": ""},
  "DaemonSet": {"<": "Object", "spec": "DaemonSetSpec", "status": ""},
  "DaemonSetSpec": {"selector": "LabelSelector", "template": "PodTemplateSpec", "updateStrategy": "DeploymentStrategy",
    "minReadySeconds": "", "revisionHistoryLimit": ""},
  "Job": {"<": "Object", "spec": "JobSpec", "status": ""},
  "JobSpec": {"parallelism": "", "completions": "", "activeDeadlineSeconds": "", "podFailurePolicy": "",
    "successPolicy": "", "backoffLimit": "", "backoffLimitPerIndex": "", "maxFailedIndexes": "",
    "selector": "LabelSelector", "manualSelector": "", "template": "PodTemplateSpec", "ttlSecondsAfterFinished": "",
    "completionMode": "", "suspend": "", "podReplacementPolicy": "", "managedBy": ""},
  "CronJob": {"<": "Object", "spec": "CronJobSpec", "status": ""},
  "CronJobSpec": {"schedule": "", "timeZone": "", "startingDeadlineSeconds": "", "concurrencyPolicy": "",
    "suspend": "", "jobTemplate": "JobTemplateSpec", "successfulJobsHistoryLimit": "", "failedJobsHistoryLimit": ""},
  "JobTemplateSpec": {"metadata": "ObjectMeta", "spec": "JobSpec"},
  "LabelSelector": {"matchLabels": "", "matchExpressions": ["LabelRequirement"]},
  "LabelRequirement": {"key": "", "operator": "", "values": ""},
  "PersistentVolumeClaim": {"<": "Object", "spec": "ClaimSpec", "status": ""},
  "ClaimSpec": {"accessModes": "", "selector": "LabelSelector", "resources": "ClaimResources", "volumeName": "",
    "storageClassName": "", "volumeMode": "", "dataSource": "", "dataSourceRef": "", "volumeAttributesClassName": ""},
  "ClaimResources": {"limits": "", "requests": ""},
  "PodTemplateSpec": {"metadata": "ObjectMeta", "spec": "PodSpec"},
  "Pod": {"<": "Object", "spec": "PodSpec", "status": ""},
  "PodSpec": {"volumes": "", "initContainers": ["Container"], "containers": ["Container"],
    "ephemeralContainers": "", "restartPolicy": "", "terminationGracePeriodSeconds": "", "activeDeadlineSeconds": "",
    "dnsPolicy": "", "nodeSelector": "", "serviceAccountName": "", "serviceAccount": "",
    "automountServiceAccountToken": "", "nodeName": "", "hostNetwork": "", "hostPID": "", "hostIPC": "",
    "shareProcessNamespace": "", "securityContext": "", "imagePullSecrets": ["Reference"], "hostname": "",
    "subdomain": "", "affinity": "", "schedulerName": "", "tolerations": ["Toleration"], "hostAliases": "",
    "priorityClassName": "", "priority": "", "dnsConfig": "", "readinessGates": "", "runtimeClassName": "",
    "enableServiceLinks": "", "preemptionPolicy": "", "overhead": "", "topologySpreadConstraints": "",
    "setHostnameAsFQDN": "", "os": "", "hostUsers": "", "schedulingGates": "", "resourceClaims": "", "resources": ""},
  "Toleration": {"key": "", "operator": "", "value": "", "effect": "", "tolerationSeconds": ""},
  "Container": {"name": "", "image": "", "command": "", "args": "", "workingDir": "", "ports": ["ContainerPort"],
    "envFrom": "", "env": ["EnvVar"], "resources": "ContainerResources", "resizePolicy": "", "restartPolicy": "",
    "volumeMounts": ["VolumeMount"], "volumeDevices": "", "livenessProbe": "Probe", "readinessProbe": "Probe",
    "startupProbe": "Probe", "lifecycle": "", "terminationMessagePath": "", "terminationMessagePolicy": "",
    "imagePullPolicy": "", "securityContext": "", "stdin": "", "stdinOnce": "", "tty": ""},
  "ContainerPort": {"name": "", "hostPort": "", "containerPort": "", "protocol": "", "hostIP": ""},
  "ContainerResources": {"limits": "", "requests": "", "claims": ""},
  "EnvVar": {"name": "", "value": "", "valueFrom": ""},
  "VolumeMount": {"name": "", "readOnly": "", "recursiveReadOnly": "", "mountPath": "", "subPath": "",
    "mountPropagation": "", "subPathExpr": ""},
  "Probe": {"exec": "", "httpGet": "", "tcpSocket": "", "grpc": "", "initialDelaySeconds": "", "timeoutSeconds": "",
    "periodSeconds": "", "successThreshold": "", "failureThreshold": "", "terminationGracePeriodSeconds": ""}
})";

// Kinds are looked up only in these groups: an Event or a Role of another group is another type.
bool is_described_group(const std::string& group) {
  return group.empty() || group == "apps" || group == "authentication.k8s.io" || group == "batch" ||
         group == "rbac.authorization.k8s.io";
}

json resolved_types() {
  json types = json::parse(kTypes);
  // Two rounds, because a base can have a base.
  for (int round = 0; round < 2; ++round) {
    for (auto& fields : types) {
      if (!fields.contains("<")) continue;
      const json base = types[fields["<"].get<std::string>()];
      if (base.contains("<")) continue;
      fields.erase("<");
      fields.update(base);
    }
  }
  return types;
}

const json* find_type(const std::string& name) {
  static const json types = resolved_types();
  const auto found = types.find(name);
  return found == types.end() ? nullptr : &*found;
}

class UnknownFields {
 public:
  void drop_from(json& object, const json& type, const std::string& path) {
    for (auto member = object.begin(); member != object.end();) {
      const auto field = type.find(member.key());
      std::string where = path.empty() ? member.key() : path + "." + member.key();
      if (field == type.end()) {
        paths_.push_back(std::move(where));
        member = object.erase(member);
      } else {
        drop_below(*member, *field, where);
        ++member;
      }
    }
  }

  [[nodiscard]] std::vector<std::string> take_paths() { return std::move(paths_); }

 private:
  void drop_below(json& value, const json& field, const std::string& path) {
    if (field.is_string()) {
      const json* type = find_type(field.get<std::string>());
      if (type != nullptr && value.is_object()) drop_from(value, *type, path);
      return;
    }
    if (!value.is_array()) return;
    for (std::size_t i = 0; i < value.size(); ++i) {
      drop_below(value[i], field.front(), path + "[" + std::to_string(i) + "]");
    }
  }

  std::vector<std::string> paths_;
};

}  // namespace

std::vector<std::string> drop_unknown_fields(const ResourceType& type, json& object) {
  const json* known = type.custom || !is_described_group(type.group) ? nullptr : find_type(type.kind);
  if (known == nullptr || !object.is_object()) return {};
  UnknownFields unknown;
  unknown.drop_from(object, *known, "");
  return unknown.take_paths();
}

}  // namespace kplane::testing::server
