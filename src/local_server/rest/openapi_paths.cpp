// OpenAPI v3 documents of a plane's types.
#include "local_server/rest/openapi_paths.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

/// `api/v1`, `apis/apps/v1`.
std::string root_of(const ResourceType& type) {
  return type.group.empty() ? "api/" + type.version : "apis/" + type.group + "/" + type.version;
}

json parameter(const char* name, const char* type) {
  return {{"name", name}, {"in", "query"}, {"uniqueItems", true}, {"schema", {{"type", type}, {"uniqueItems", true}}}};
}

json write_parameters() {
  return json::array(
      {parameter("dryRun", "string"), parameter("fieldManager", "string"), parameter("fieldValidation", "string")});
}

json operation(const ResourceType& type, const char* action, json parameters) {
  return {{"parameters", std::move(parameters)},
          {"responses", {{"200", {{"description", "OK"}}}}},
          {"x-kubernetes-action", action},
          {"x-kubernetes-group-version-kind", {{"group", type.group}, {"version", type.version}, {"kind", type.kind}}}};
}

json object_operations(const ResourceType& type) {
  json patch_parameters = write_parameters();
  patch_parameters.push_back(parameter("force", "boolean"));
  return {{"get", operation(type, "get", json::array())},
          {"put", operation(type, "put", write_parameters())},
          {"patch", operation(type, "patch", std::move(patch_parameters))},
          {"delete", operation(type, "delete", json::array({parameter("dryRun", "string")}))}};
}

void add_paths(json& paths, const ResourceType& type) {
  const std::string in_namespace = type.namespaced ? "/namespaces/{namespace}/" : "/";
  const std::string collection = "/" + root_of(type) + in_namespace + type.resource;
  paths[collection] = {{"get", operation(type, "list", json::array())},
                       {"post", operation(type, "post", write_parameters())}};
  paths[collection + "/{name}"] = object_operations(type);
}

Answer index_of(const ServedTypes& types, const std::string& prefix) {
  const std::string base = prefix + "/openapi/v3/";
  json paths = json::object();
  for (const auto* type : types) {
    const std::string root = root_of(*type);
    paths[root] = {{"serverRelativeURL", std::string(base).append(root)}};
  }
  return {200, to_text(json{{"paths", std::move(paths)}}) + "\n", kJsonType, {}};
}

std::optional<Answer> document_of(const std::string& root, const ServedTypes& types) {
  json paths = json::object();
  for (const auto* type : types) {
    if (root_of(*type) == root) add_paths(paths, *type);
  }
  if (paths.empty()) return std::nullopt;
  const json document = {{"openapi", "3.0.0"},
                         {"info", {{"title", "Kubernetes"}, {"version", "v1.32.0"}}},
                         {"paths", std::move(paths)},
                         {"components", {{"schemas", json::object()}}}};
  return Answer{200, to_text(document) + "\n", kJsonType, {}};
}

}  // namespace

bool is_openapi_path(const std::vector<std::string>& segments) {
  return segments.size() >= 2 && segments[0] == "openapi" && segments[1] == "v3";
}

std::optional<Answer> answer_openapi(const std::vector<std::string>& segments, const ServedTypes& types,
                                     const std::string& prefix) {
  if (!is_openapi_path(segments)) return std::nullopt;
  if (segments.size() == 2) return index_of(types, prefix);
  std::string root = segments[2];
  for (std::size_t i = 3; i < segments.size(); ++i) root += "/" + segments[i];
  return document_of(root, types);
}

}  // namespace kplane::testing::server
