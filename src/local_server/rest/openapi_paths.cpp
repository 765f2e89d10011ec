#include "local_server/rest/openapi_paths.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "local_server/base/json_text.hpp"
#include "local_server/schema/openapi_schemas.hpp"
#include "local_server/types/types.hpp"

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

struct Verb {
  const char* name;
  const char* method;
  const char* action;
  bool on_collection;
  bool writes;
};

constexpr Verb kVerbs[] = {{"list", "get", "list", true, false},
                           {"create", "post", "post", true, true},
                           {"deletecollection", "delete", "deletecollection", true, false},
                           {"get", "get", "get", false, false},
                           {"update", "put", "put", false, true},
                           {"patch", "patch", "patch", false, true},
                           {"delete", "delete", "delete", false, false}};

json parameters_of(const Verb& verb) {
  if (verb.writes) {
    json parameters = write_parameters();
    if (std::string_view(verb.name) == "patch") parameters.push_back(parameter("force", "boolean"));
    return parameters;
  }
  return std::string_view(verb.method) == "delete" ? json::array({parameter("dryRun", "string")}) : json::array();
}

void add_paths(json& paths, const ResourceType& type) {
  const std::string in_namespace = type.namespaced ? "/namespaces/{namespace}/" : "/";
  const std::string collection = "/" + root_of(type) + in_namespace + type.resource;
  for (const auto& verb : kVerbs) {
    if (std::find(type.verbs.begin(), type.verbs.end(), verb.name) == type.verbs.end()) continue;
    json& path = paths[verb.on_collection ? collection : collection + "/{name}"];
    path[verb.method] = operation(type, verb.action, parameters_of(verb));
    path["parameters"] = json::array();
  }
}

Answer index_of(const ServedTypes& types, const std::string& prefix) {
  const std::string base = prefix + "/openapi/v3/";
  std::set<std::string> roots = {".well-known/openid-configuration", "api", "apis", "openid/v1/jwks", "version"};
  for (const auto* type : types) {
    roots.insert(root_of(*type));
    if (!type->group.empty()) roots.insert("apis/" + type->group);
  }
  json paths = json::object();
  for (const auto& root : roots) paths[root] = {{"serverRelativeURL", base + root}};
  return {200, to_text(json{{"paths", std::move(paths)}}) + "\n", kTextType, {}};
}

json info() { return {{"title", "Kubernetes"}, {"version", types_version()}}; }

std::optional<Answer> document_of(const std::string& root, const ServedTypes& types) {
  json paths = json::object();
  ServedTypes here;
  for (const auto* type : types) {
    if (root_of(*type) != root) continue;
    add_paths(paths, *type);
    here.push_back(type);
  }
  if (paths.empty()) return Answer{404, "", "", {}};
  const json document = {{"openapi", "3.0.0"},
                         {"info", info()},
                         {"paths", std::move(paths)},
                         {"components", {{"schemas", openapi_schemas(here)}}}};
  return Answer{200, to_text(document) + "\n", kJsonType, {}};
}

Answer whole_document(const ServedTypes& types) {
  json paths = json::object();
  for (const auto* type : types) add_paths(paths, *type);
  const json document = {
      {"swagger", "2.0"}, {"info", info()}, {"paths", std::move(paths)}, {"definitions", json::object()}};
  return Answer{200, to_text(document) + "\n", kJsonType, {}};
}

}  // namespace

bool is_openapi_path(const std::vector<std::string>& segments) {
  return segments.size() >= 2 && segments[0] == "openapi" &&
         (segments[1] == "v3" || segments == std::vector<std::string>{"openapi", "v2"});
}

std::optional<Answer> answer_openapi(const std::vector<std::string>& segments, const ServedTypes& types,
                                     const std::string& prefix) {
  if (!is_openapi_path(segments)) return std::nullopt;
  if (segments[1] == "v2") return whole_document(types);
  if (segments.size() == 2) return index_of(types, prefix);
  std::string root = segments[2];
  for (std::size_t i = 3; i < segments.size(); ++i) root += "/" + segments[i];
  return document_of(root, types);
}

}  // namespace kplane::testing::server
