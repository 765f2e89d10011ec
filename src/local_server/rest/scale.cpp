#include "local_server/rest/scale.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/schema/validation.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

std::int64_t number_at(const json& object, const std::string& path, std::int64_t otherwise) {
  if (path.empty()) return otherwise;
  const json::json_pointer pointer(path);
  if (!object.contains(pointer)) return otherwise;
  const json& value = object[pointer];
  return value.is_number_integer() ? value.get<std::int64_t>() : otherwise;
}

std::string label_list(const json& labels) {
  std::string text;
  for (const auto& [name, value] : labels.items()) {
    if (value.is_string()) text += (text.empty() ? "" : ",") + name + "=" + value.get<std::string>();
  }
  return text;
}

// A selector is a LabelSelector, the map of a replication controller, or the text of a custom type.
std::string selector_text(const json& object, const std::string& path) {
  if (path.empty() || !object.contains(json::json_pointer(path))) return {};
  const json& selector = object[json::json_pointer(path)];
  if (selector.is_string()) return selector.get<std::string>();
  if (!selector.is_object()) return {};
  const auto labels = selector.find("matchLabels");
  return label_list(labels != selector.end() && labels->is_object() ? *labels : selector);
}

json scale_metadata(const json& object) {
  json metadata = json::object();
  for (const char* field : {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
    const auto found = object["metadata"].find(field);
    if (found != object["metadata"].end()) metadata[field] = *found;
  }
  return metadata;
}

json wanted_replicas(const std::string& name, const json& scale) {
  const auto spec = scale.find("spec");
  json replicas = spec != scale.end() && spec->is_object() ? spec->value("replicas", json(0)) : json(0);
  if (!replicas.is_number_integer()) {
    throw StatusError(bad_request("Scale in version \"v1\" cannot be handled as a Scale: json: cannot unmarshal " +
                                  std::string(replicas.type_name()) +
                                  " into Go struct field ScaleSpec.spec.replicas of type int32"));
  }
  if (replicas < 0) {
    throw StatusError(
        invalid(scale_type(), name,
                {{"FieldValueInvalid", "Invalid value: " + to_text(replicas) + ": must be greater than or equal to 0",
                  "spec.replicas"}}));
  }
  return replicas;
}

}  // namespace

const ResourceType& scale_type() {
  static const ResourceType type = [] {
    ResourceType scale{"autoscaling", "v1", "scales", "Scale"};
    scale.namespaced = true;
    return scale;
  }();
  return type;
}

json scale_of(const ResourceType& type, const json& object) {
  if (type.custom && !object.contains(json::json_pointer(type.scale->spec_replicas))) {
    std::string path = type.scale->spec_replicas;
    std::replace(path.begin(), path.end(), '/', '.');
    throw StatusError(internal_error("the spec replicas field " + quoted_text(path) + " does not exist"));
  }
  // The replicas of a built-in type are one by default; those of a custom type are none.
  const std::int64_t otherwise = type.custom ? 0 : 1;
  json scale = {{"kind", "Scale"},
                {"apiVersion", api_version(scale_type())},
                {"metadata", scale_metadata(object)},
                {"spec", json::object()},
                {"status", {{"replicas", number_at(object, type.scale->status_replicas, 0)}}}};
  const std::int64_t replicas = number_at(object, type.scale->spec_replicas, otherwise);
  if (replicas != 0) scale["spec"]["replicas"] = replicas;
  const std::string selector = selector_text(object, type.scale->selector);
  if (!selector.empty()) scale["status"]["selector"] = selector;
  return scale;
}

json scaled(const ResourceType& type, json object, const json& scale) {
  const std::string name = object["metadata"]["name"];
  const std::string version = string_member(scale["metadata"], "resourceVersion");
  if (!version.empty() && version != string_member(object["metadata"], "resourceVersion")) {
    throw StatusError(modified_conflict(type, name));
  }
  object[json::json_pointer(type.scale->spec_replicas)] = wanted_replicas(name, scale);
  return object;
}

}  // namespace kplane::testing::server
