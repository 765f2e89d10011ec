#include "restore/sent_object.hpp"

#include <array>
#include <initializer_list>
#include <vector>

#include <nlohmann/json.hpp>

#include <kplane/error.hpp>
#include <kplane/json.hpp>

#include "json/dump.hpp"
#include "restore/type_name.hpp"

namespace kplane::detail {

namespace {

using nlohmann::json;

constexpr std::array<const char*, 8> server_metadata = {
    "uid",           "resourceVersion", "generation",        "creationTimestamp",
    "managedFields", "selfLink",        "deletionTimestamp", "deletionGracePeriodSeconds"};
constexpr const char* plane_label = "multicluster.k8s.io/cluster";
constexpr TypeName volume_type{"", "persistentvolumes"};
constexpr TypeName job_type{"batch", "jobs"};
constexpr TypeName aggregated_api_type{"apiregistration.k8s.io", "apiservices"};
constexpr std::array<const char*, 2> job_uid_labels = {"controller-uid", "batch.kubernetes.io/controller-uid"};

/// nullptr when absent.
json* value_below(json& tree, std::initializer_list<const char*> path) {
  json* at = &tree;
  for (const char* field : path) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(field);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

/// The same, if it is an object.
json* object_below(json& tree, std::initializer_list<const char*> path) {
  json* found = value_below(tree, path);
  return found != nullptr && found->is_object() ? found : nullptr;
}

void erase_empty(json& parent, const char* field) {
  const auto found = parent.find(field);
  if (found != parent.end() && found->empty()) parent.erase(found);
}

void clean_metadata(json& metadata) {
  for (const char* field : server_metadata) metadata.erase(field);
  if (!metadata.contains("labels") || !metadata["labels"].is_object()) return;
  metadata["labels"].erase(plane_label);
  erase_empty(metadata, "labels");
}

void clean_claim(json& object) {
  json* claim = object_below(object, {"spec", "claimRef"});
  if (claim == nullptr) return;
  claim->erase("uid");
  claim->erase("resourceVersion");
}

bool has_generated_selector(json& object, const codec::ServedType& type) {
  if (!(type_name_of(type) == job_type)) return false;
  const json* is_manual = value_below(object, {"spec", "manualSelector"});
  return is_manual == nullptr || *is_manual != true;
}

/// The existing label maps of a Job that contain labels derived from its uid.
std::vector<json*> labels_of_job(json& job) {
  std::vector<json*> found;
  for (json* labels :
       {object_below(job, {"metadata", "labels"}), object_below(job, {"spec", "selector", "matchLabels"}),
        object_below(job, {"spec", "template", "metadata", "labels"})}) {
    if (labels != nullptr) found.push_back(labels);
  }
  return found;
}

void erase_generated_selector(json& job) {
  for (json* labels : labels_of_job(job)) {
    for (const char* label : job_uid_labels) labels->erase(label);
  }
  erase_empty(job["metadata"], "labels");
  if (json* selector = object_below(job, {"spec", "selector"})) erase_empty(*selector, "matchLabels");
  if (json* spec = object_below(job, {"spec"})) erase_empty(*spec, "selector");
}

void set_generated_selector(json& job, std::string_view uid) {
  for (json* labels : labels_of_job(job)) {
    for (const char* label : job_uid_labels) {
      if (labels->contains(label)) (*labels)[label] = uid;
    }
  }
}

json sent(const Object& object, const codec::ServedType& type) {
  json tree = parse_json(object.raw());
  if (!tree.is_object() || !tree.contains("metadata") || !tree["metadata"].is_object()) {
    throw ConfigError(
        "the state has " + type.plural +
        " without metadata: this server serialises objects in Go's internal layout, which it does not accept back");
  }
  tree["apiVersion"] = type.api_version;
  tree["kind"] = type.kind;
  clean_metadata(tree["metadata"]);
  if (type_name_of(type) == volume_type) clean_claim(tree);
  return tree;
}

json created(const Object& object, const codec::ServedType& type) {
  json tree = sent(object, type);
  if (has_generated_selector(tree, type)) erase_generated_selector(tree);
  return tree;
}

/// Removes the status that a server gives a new object by itself.
void erase_initial(json& status) {
  erase_empty(status, "loadBalancer");
  if (status.value("phase", json()) == "Pending" || status.value("phase", json()) == "Active") status.erase("phase");
  status.erase("qosClass");
  if (status.value("replicas", json()) == 0) status.erase("replicas");
}

bool has_own_status(const codec::ServedType& type) {
  const TypeName name = type_name_of(type);
  return type.has_status && !(name == namespace_type || name == definition_type || name == aggregated_api_type);
}

}  // namespace

std::string encode_created(const Object& object, const codec::ServedType& type) {
  return kplane::json::dump(created(object, type));
}

std::string encode_replacement(const Object& object, const codec::ServedType& type, const Object& present) {
  json tree = sent(object, type);
  if (has_generated_selector(tree, type)) set_generated_selector(tree, present.uid());
  if (!present.resource_version().empty()) tree["metadata"]["resourceVersion"] = present.resource_version();
  return kplane::json::dump(tree);
}

std::string encode_without_status(const Object& object, const codec::ServedType& type) {
  json tree = created(object, type);
  if (type.has_status) tree.erase("status");
  return kplane::json::dump(tree);
}

std::string encode_status_only(const Object& object, const codec::ServedType& type) {
  if (!has_own_status(type)) return {};
  const json tree = sent(object, type);
  const json status = tree.value("status", json::object());
  json said = status;
  if (!said.is_object()) return {};
  erase_initial(said);
  if (said.empty()) return {};
  json metadata = {{"name", tree["metadata"].value("name", json())}};
  if (tree["metadata"].contains("namespace")) metadata["namespace"] = tree["metadata"]["namespace"];
  return kplane::json::dump(
      {{"apiVersion", type.api_version}, {"kind", type.kind}, {"metadata", metadata}, {"status", status}});
}

std::string without_addresses(std::string_view encoded) {
  json tree = parse_json(encoded);
  json* spec = object_below(tree, {"spec"});
  if (spec == nullptr) return std::string(encoded);
  for (const char* field : {"clusterIP", "clusterIPs", "healthCheckNodePort"}) spec->erase(field);
  json* ports = value_below(*spec, {"ports"});
  if (ports != nullptr && ports->is_array()) {
    for (json& port : *ports) {
      if (port.is_object()) port.erase("nodePort");
    }
  }
  return kplane::json::dump(tree);
}

}  // namespace kplane::detail
