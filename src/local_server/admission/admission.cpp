#include "local_server/admission/admission.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "local_server/admission/limit_ranges.hpp"
#include "local_server/admission/pod_security.hpp"
#include "local_server/admission/quotas.hpp"
#include "local_server/base/identity.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/schema/deletion_mark.hpp"
#include "local_server/schema/rules.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr const char* kTokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";

bool is_core_kind(const ResourceType& type, const char* kind) { return type.group.empty() && type.kind == kind; }

[[noreturn]] void refuse(const Creation& creation, const std::string& problem) {
  throw StatusError(forbidden_object(creation.type, creation.name, problem));
}

ObjectPtr find(const Store& store, const char* group, const char* resource, const ObjectName& name) {
  return store.get(*find_built_in(group, resource), name);
}

ObjectPtr find_namespace(const Store& store, const std::string& ns) { return find(store, "", "namespaces", {"", ns}); }

// The NamespaceLifecycle plugin.
void check_namespace(const Creation& creation) {
  if (!creation.type.namespaced) return;
  const auto ns = find_namespace(creation.store, creation.ns);
  if (ns == nullptr) throw StatusError(not_found(*find_built_in("", "namespaces"), creation.ns));
  if (is_marked(ns->value())) throw StatusError(terminating_namespace(creation.type, creation.name, creation.ns));
}

json token_volume(const std::string& name) {
  const json token = {{"serviceAccountToken", {{"expirationSeconds", 3607}, {"path", "token"}}}};
  const json items = json::array({{{"key", "ca.crt"}, {"path", "ca.crt"}}});
  const json authority = {{"configMap", {{"name", "kube-root-ca.crt"}, {"items", items}}}};
  const json field = {{"path", "namespace"}, {"fieldRef", {{"apiVersion", "v1"}, {"fieldPath", "metadata.namespace"}}}};
  const json ns = {{"downwardAPI", {{"items", json::array({field})}}}};
  return {{"name", name}, {"projected", {{"defaultMode", 420}, {"sources", json::array({token, authority, ns})}}}};
}

bool has_token_mount(const json& container) {
  const json& mounts = member_or_null(container, "volumeMounts");
  return std::any_of(mounts.begin(), mounts.end(),
                     [](const json& mount) { return string_member(mount, "mountPath") == kTokenPath; });
}

void mount_token(const Store& store, json& spec) {
  const json& volumes = member_or_null(spec, "volumes");
  constexpr std::size_t suffix = 5;
  std::string name = "kube-api-access-" + store.draw_suffix(suffix);
  bool there = false;
  for (const auto& volume : volumes) {
    if (string_member(volume, "name").rfind("kube-api-access-", 0) != 0) continue;
    name = string_member(volume, "name");
    there = true;
  }
  bool needed = false;
  for (const char* list : {"initContainers", "containers"}) {
    if (!spec.contains(list) || !spec[list].is_array()) continue;
    for (auto& container : spec[list]) {
      if (!container.is_object() || has_token_mount(container)) continue;
      container["volumeMounts"].push_back({{"mountPath", kTokenPath}, {"name", name}, {"readOnly", true}});
      needed = true;
    }
  }
  if (needed && !there) spec["volumes"].push_back(token_volume(name));
}

void admit_service_account(const Creation& creation, json& spec) {
  if (string_member(spec, "serviceAccountName").empty()) spec["serviceAccountName"] = "default";
  const std::string name = string_member(spec, "serviceAccountName");
  spec["serviceAccount"] = name;
  const auto account = find(creation.objects, "", "serviceaccounts", {creation.ns, name});
  if (account == nullptr) {
    refuse(creation, "error looking up service account " + creation.ns + "/" + name + ": serviceaccount " +
                         quoted_text(name) + " not found");
  }
  const json& of_pod = member_or_null(spec, "automountServiceAccountToken");
  const json& of_account = member_or_null(account->value(), "automountServiceAccountToken");
  if ((of_pod.is_null() ? of_account : of_pod) != json(false)) mount_token(creation.store, spec);
  const json& secrets = member_or_null(account->value(), "imagePullSecrets");
  if (is_unset(member_or_null(spec, "imagePullSecrets")) && !is_unset(secrets)) spec["imagePullSecrets"] = secrets;
}

// The default class with the lowest value; null when there is none.
ObjectPtr default_priority_class(const Store& store) {
  ObjectPtr found;
  for (const auto& one : store.list(*find_built_in("scheduling.k8s.io", "priorityclasses")).objects) {
    if (member_or_null(one->value(), "globalDefault") != json(true)) continue;
    if (found == nullptr || member_or_null(one->value(), "value") < member_or_null(found->value(), "value"))
      found = one;
  }
  return found;
}

void admit_priority(const Creation& creation, json& spec) {
  const std::string name = string_member(spec, "priorityClassName");
  const auto priority_class = name.empty() ? default_priority_class(creation.objects)
                                           : find(creation.objects, "scheduling.k8s.io", "priorityclasses", {"", name});
  if (!name.empty() && priority_class == nullptr) refuse(creation, "no PriorityClass with name " + name + " was found");
  json priority = 0;
  json policy = "PreemptLowerPriority";
  if (priority_class != nullptr) {
    const json& value = priority_class->value();
    spec["priorityClassName"] = priority_class->name();
    priority = member_or_null(value, "value").is_number() ? value["value"] : json(0);
    if (!is_unset(member_or_null(value, "preemptionPolicy"))) policy = value["preemptionPolicy"];
  }
  const auto settle = [&](const char* field, const json& computed, const std::string& what, const json& given) {
    const auto plain = [](const json& one) { return one.is_string() ? one.get<std::string>() : one.dump(); };
    if (!given.is_null() && given != computed) {
      refuse(creation, what + " (" + plain(given) +
                           ") must not be provided in pod spec; priority admission controller computed " +
                           plain(computed) + " from the given PriorityClass name");
    }
    spec[field] = computed;
  };
  settle("priority", priority, "the integer value of priority", json(member_or_null(spec, "priority")));
  settle("preemptionPolicy", policy, "the string value of PreemptionPolicy",
         json(member_or_null(spec, "preemptionPolicy")));
}

void admit_tolerations(json& spec) {
  constexpr int seconds = 300;
  for (const char* key : {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}) {
    const json& tolerations = member_or_null(spec, "tolerations");
    const bool tolerated = std::any_of(tolerations.begin(), tolerations.end(), [&](const json& one) {
      const std::string effect = string_member(one, "effect");
      const std::string of = string_member(one, "key");
      return (of == key || of.empty()) && (effect == "NoExecute" || effect.empty());
    });
    if (tolerated) continue;
    spec["tolerations"].push_back(
        {{"key", key}, {"operator", "Exists"}, {"effect", "NoExecute"}, {"tolerationSeconds", seconds}});
  }
}

void admit_runtime_class(const Creation& creation, json& spec) {
  const std::string name = string_member(spec, "runtimeClassName");
  if (name.empty()) return;
  const auto runtime = find(creation.objects, "node.k8s.io", "runtimeclasses", {"", name});
  if (runtime == nullptr) refuse(creation, "pod rejected: RuntimeClass " + quoted_text(name) + " not found");
  const json& overhead = member_or_null(member_or_null(runtime->value(), "overhead"), "podFixed");
  if (!overhead.is_null()) spec["overhead"] = overhead;
}

void admit_pod(const Creation& creation, json& pod) {
  if (!member_or_null(pod, "spec").is_object()) pod["spec"] = json::object();
  json& spec = pod["spec"];
  set_default_limits(creation.objects, creation.ns, pod);
  admit_service_account(creation, spec);
  admit_priority(creation, spec);
  admit_tolerations(spec);
  admit_runtime_class(creation, spec);
}

bool is_default_class(const json& storage_class) {
  const json& annotations = member_or_null(member_or_null(storage_class, "metadata"), "annotations");
  return string_member(annotations, "storageclass.kubernetes.io/is-default-class") == "true" ||
         string_member(annotations, "storageclass.beta.kubernetes.io/is-default-class") == "true";
}

// The newest default class.
void admit_claim(const Creation& creation, json& claim) {
  set_finalizer(claim, "kubernetes.io/pvc-protection", true);
  if (!member_or_null(member_or_null(claim, "spec"), "storageClassName").is_null()) return;
  ObjectPtr found;
  const auto created = [](const ObjectPtr& one) {
    return string_member(one->value()["metadata"], "creationTimestamp");
  };
  for (const auto& one : creation.objects.list(*find_built_in("storage.k8s.io", "storageclasses")).objects) {
    if (is_default_class(one->value()) && (found == nullptr || created(one) > created(found))) found = one;
  }
  if (found != nullptr) claim["spec"]["storageClassName"] = found->name();
}

void admit_priority_class(const Creation& creation, const json& object) {
  if (member_or_null(object, "globalDefault") != json(true)) return;
  const auto other = default_priority_class(creation.objects);
  if (other == nullptr || other->name() == creation.name) return;
  refuse(creation, "PriorityClass " + other->name() + " is already marked as default. Only one default can exist");
}

// TaintNodesByCondition: a controller removes the taint when the node is ready.
void taint_node(json& node) {
  static const json taint = {{"key", "node.kubernetes.io/not-ready"}, {"effect", "NoSchedule"}};
  if (!member_or_null(node, "spec").is_object()) node["spec"] = json::object();
  json& taints = node["spec"]["taints"];
  if (!taints.is_array()) taints = json::array();
  if (std::find(taints.begin(), taints.end(), taint) == taints.end()) taints.push_back(taint);
}

/// The pod, or pod template, in an object; null: none.
const json& pod_of(const ResourceType& type, const json& object) {
  if (is_core_kind(type, "Pod")) return object;
  if (is_core_kind(type, "PodTemplate")) return member_or_null(object, "template");
  const json* spec = &member_or_null(object, "spec");
  if (type.kind == "CronJob") spec = &member_or_null(member_or_null(*spec, "jobTemplate"), "spec");
  const bool makes_pods = type.group == "apps" || type.group == "batch" || is_core_kind(type, "ReplicationController");
  static const json none;
  return makes_pods ? member_or_null(*spec, "template") : none;
}

// PodSecurity for an object that is a pod or has a pod template.
Warnings admit_security(const Store& store, const ResourceType& type, const std::string& ns, const std::string& name,
                        const json& object) {
  const json& pod = pod_of(type, object);
  if (pod.is_null()) return {};
  const auto space = find_namespace(store, ns);
  if (space == nullptr) return {};
  const json& labels = member_or_null(member_or_null(space->value(), "metadata"), "labels");
  const json& spec = member_or_null(pod, "spec");
  if (is_core_kind(type, "Pod")) {
    const std::string found = pod_security_violations(pod_security_level(labels, "enforce"), spec);
    if (!found.empty()) throw StatusError(forbidden_object(type, name, "violates " + found));
  }
  const std::string found = pod_security_violations(pod_security_level(labels, "warn"), spec);
  if (found.empty()) return {};
  return {{"Warning", "299 - " + quoted_text("would violate " + found)}};
}

}  // namespace

void admit(const Creation& creation, json& object) {
  if (creation.type.custom) return;
  check_namespace(creation);
  if (is_core_kind(creation.type, "Pod")) admit_pod(creation, object);
  if (is_core_kind(creation.type, "PersistentVolumeClaim")) admit_claim(creation, object);
  if (is_core_kind(creation.type, "PersistentVolume")) set_finalizer(object, "kubernetes.io/pv-protection", true);
  if (is_core_kind(creation.type, "Node")) taint_node(object);
  if (creation.type.kind == "PriorityClass") admit_priority_class(creation, object);
}

void admit_again(const ResourceType& type, const json& before, json& object) {
  if (!is_core_kind(type, "Pod") || !member_or_null(object, "spec").is_object()) return;
  json& spec = object["spec"];
  for (const char* field : {"priority", "preemptionPolicy"}) {
    const json& settled = member_or_null(member_or_null(before, "spec"), field);
    if (member_or_null(spec, field).is_null() && !settled.is_null()) spec[field] = settled;
  }
  admit_tolerations(spec);
}

Warnings admit_final(const Creation& creation, const json& object) {
  if (!creation.type.namespaced) return {};
  const ResourceType& type = creation.type;
  if (is_core_kind(type, "Pod") || is_core_kind(type, "PersistentVolumeClaim")) {
    const std::string problem = limit_problem(creation.objects, type, creation.ns, object);
    if (!problem.empty()) refuse(creation, problem);
  }
  Warnings warnings = admit_security(creation.store, type, creation.ns, creation.name, object);
  charge_quotas(creation.objects, type, creation.ns, creation.name, object, creation.commit);
  return warnings;
}

}  // namespace kplane::testing::server
