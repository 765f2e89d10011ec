#include "restore/sent_object.hpp"

#include <array>

#include <nlohmann/json.hpp>

#include <kplane/error.hpp>
#include <kplane/json.hpp>

namespace kplane::detail {

namespace {

using nlohmann::json;

constexpr std::array<const char*, 8> server_metadata = {
    "uid",           "resourceVersion", "generation",        "creationTimestamp",
    "managedFields", "selfLink",        "deletionTimestamp", "deletionGracePeriodSeconds"};
constexpr const char* plane_label = "multicluster.k8s.io/cluster";

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
  const json::json_pointer claim("/spec/claimRef");
  if (!object.contains(claim) || !object[claim].is_object()) return;
  object[claim].erase("uid");
  object[claim].erase("resourceVersion");
}

json sent(const Object& object, const codec::ServedType& type) {
  json tree = parse_json(object.raw());
  if (!tree.is_object() || !tree.contains("metadata") || !tree["metadata"].is_object()) {
    throw ConfigError("the state holds " + type.plural +
                      " without metadata: this server writes objects in Go's internal layout, in which they cannot be "
                      "sent back");
  }
  tree["apiVersion"] = type.api_version;
  tree["kind"] = type.kind;
  clean_metadata(tree["metadata"]);
  if (type.plural == "persistentvolumes") clean_claim(tree);
  return tree;
}

std::string text_of(const json& tree) { return tree.dump(-1, ' ', false, json::error_handler_t::replace); }

/// What a server says of a new object by itself.
void erase_initial(json& status) {
  erase_empty(status, "loadBalancer");
  if (status.value("phase", json()) == "Pending" || status.value("phase", json()) == "Active") status.erase("phase");
  status.erase("qosClass");
  if (status.value("replicas", json()) == 0) status.erase("replicas");
}

bool has_own_status(const codec::ServedType& type) {
  return type.has_status && type.plural != "namespaces" && type.plural != "customresourcedefinitions" &&
         type.plural != "apiservices";
}

}  // namespace

std::string encode_sent(const Object& object, const codec::ServedType& type, std::string_view resource_version) {
  json tree = sent(object, type);
  if (!resource_version.empty()) tree["metadata"]["resourceVersion"] = resource_version;
  return text_of(tree);
}

std::string encode_without_status(const Object& object, const codec::ServedType& type) {
  json tree = sent(object, type);
  if (type.has_status) tree.erase("status");
  return text_of(tree);
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
  return text_of({{"apiVersion", type.api_version}, {"kind", type.kind}, {"metadata", metadata}, {"status", status}});
}

std::string without_addresses(std::string_view encoded) {
  json tree = parse_json(encoded);
  json& spec = tree["spec"];
  for (const char* field : {"clusterIP", "clusterIPs", "healthCheckNodePort"}) spec.erase(field);
  if (spec.contains("ports") && spec["ports"].is_array()) {
    for (json& port : spec["ports"]) port.erase("nodePort");
  }
  return text_of(tree);
}

}  // namespace kplane::detail
