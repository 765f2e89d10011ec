#include "local_server/rest/discovery.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::ordered_json;

constexpr const char kAggregatedType[] = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

const std::vector<std::string>& object_verbs(const ResourceType& type) {
  static const std::vector<std::string> verbs = {"create", "delete", "deletecollection", "get",
                                                 "list",   "patch",  "update",           "watch"};
  static const std::vector<std::string> namespace_verbs = {"create", "delete", "get",  "list",
                                                           "patch",  "update", "watch"};
  return type.group.empty() && type.resource == "namespaces" ? namespace_verbs : verbs;
}

const std::vector<std::string>& subresource_verbs(const std::string& subresource) {
  static const std::vector<std::string> verbs = {"get", "patch", "update"};
  static const std::vector<std::string> token_verbs = {"create"};
  static const std::vector<std::string> finalize_verbs = {"update"};
  if (subresource == "finalize") return finalize_verbs;
  return subresource == "token" ? token_verbs : verbs;
}

std::vector<std::string> subresources_of(const ResourceType& type) {
  std::vector<std::string> names;
  for (const char* name : {"finalize", "scale", "status", "token"}) {
    if (has_subresource(type, name)) names.emplace_back(name);
  }
  return names;
}

struct Kind {
  std::string group{};
  std::string version{};
  std::string kind{};
};

Kind kind_of(const ResourceType& type, const std::string& subresource) {
  if (subresource == "scale") return {"autoscaling", "v1", "Scale"};
  if (subresource == "token") return {"authentication.k8s.io", "v1", "TokenRequest"};
  return {type.group, type.version, type.kind};
}

std::string group_version(const std::string& group, const std::string& version) {
  return group.empty() ? version : group + "/" + version;
}

ordered_json plain_resource(const ResourceType& type) {
  ordered_json resource = {{"name", type.resource},
                           {"singularName", type.singular},
                           {"namespaced", type.namespaced},
                           {"kind", type.kind},
                           {"verbs", object_verbs(type)}};
  if (!type.short_names.empty()) resource["shortNames"] = type.short_names;
  if (!type.categories.empty()) resource["categories"] = type.categories;
  return resource;
}

ordered_json plain_subresource(const ResourceType& type, const std::string& subresource) {
  ordered_json resource = {
      {"name", type.resource + "/" + subresource}, {"singularName", ""}, {"namespaced", type.namespaced}};
  const Kind kind = kind_of(type, subresource);
  if (kind.group != type.group) {
    resource["group"] = kind.group;
    resource["version"] = kind.version;
  }
  resource["kind"] = kind.kind;
  resource["verbs"] = subresource_verbs(subresource);
  return resource;
}

Answer json_answer(const ordered_json& document, const char* content_type = kJsonType) {
  return {200, to_text(document) + "\n", content_type, {}};
}

std::optional<Answer> resource_list(const std::string& group, const std::string& version, const ServedTypes& types) {
  ordered_json resources = ordered_json::array();
  for (const auto* type : types) {
    if (type->group != group || type->version != version) continue;
    resources.push_back(plain_resource(*type));
    for (const auto& name : subresources_of(*type)) resources.push_back(plain_subresource(*type, name));
  }
  if (resources.empty()) return std::nullopt;
  return json_answer({{"kind", "APIResourceList"},
                      {"apiVersion", "v1"},
                      {"groupVersion", group_version(group, version)},
                      {"resources", std::move(resources)}});
}

std::vector<std::string> versions_of(const std::string& group, const ServedTypes& types) {
  std::vector<std::string> versions;
  for (const auto* type : types) {
    if (type->group != group) continue;
    if (std::find(versions.begin(), versions.end(), type->version) == versions.end()) versions.push_back(type->version);
  }
  return versions;
}

/// The named groups; the core group is not one of them.
std::vector<std::string> groups_of(const ServedTypes& types) {
  std::vector<std::string> groups;
  for (const auto* type : types) {
    if (type->group.empty() || std::find(groups.begin(), groups.end(), type->group) != groups.end()) continue;
    groups.push_back(type->group);
  }
  return groups;
}

ordered_json group_document(const std::string& group, const ServedTypes& types) {
  ordered_json versions = ordered_json::array();
  for (const auto& version : versions_of(group, types)) {
    versions.push_back({{"groupVersion", group_version(group, version)}, {"version", version}});
  }
  const ordered_json preferred = versions.front();
  return {{"name", group}, {"versions", std::move(versions)}, {"preferredVersion", preferred}};
}

Answer core_versions() {
  const ordered_json address = {{"clientCIDR", "0.0.0.0/0"}, {"serverAddress", "127.0.0.1"}};
  return json_answer(
      {{"kind", "APIVersions"}, {"versions", {"v1"}}, {"serverAddressByClientCIDRs", ordered_json::array({address})}});
}

Answer group_list(const ServedTypes& types) {
  ordered_json groups = ordered_json::array();
  for (const auto& group : groups_of(types)) groups.push_back(group_document(group, types));
  return json_answer({{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", std::move(groups)}});
}

std::optional<Answer> one_group(const std::string& group, const ServedTypes& types) {
  if (group.empty() || versions_of(group, types).empty()) return std::nullopt;
  ordered_json document = {{"kind", "APIGroup"}, {"apiVersion", "v1"}};
  document.update(group_document(group, types));
  return json_answer(document);
}

ordered_json response_kind(const Kind& kind) {
  return {{"group", kind.group}, {"version", kind.version}, {"kind", kind.kind}};
}

ordered_json aggregated_resource(const ResourceType& type) {
  ordered_json resource = {{"resource", type.resource},
                           {"responseKind", response_kind(kind_of(type, ""))},
                           {"scope", type.namespaced ? "Namespaced" : "Cluster"},
                           {"singularResource", type.singular},
                           {"verbs", object_verbs(type)}};
  if (!type.short_names.empty()) resource["shortNames"] = type.short_names;
  if (!type.categories.empty()) resource["categories"] = type.categories;
  for (const auto& name : subresources_of(type)) {
    resource["subresources"].push_back({{"subresource", name},
                                        {"responseKind", response_kind(kind_of(type, name))},
                                        {"verbs", subresource_verbs(name)}});
  }
  return resource;
}

ordered_json aggregated_group(const std::string& group, const ServedTypes& types) {
  ordered_json versions = ordered_json::array();
  for (const auto& version : versions_of(group, types)) {
    ordered_json resources = ordered_json::array();
    for (const auto* type : types) {
      if (type->group == group && type->version == version) resources.push_back(aggregated_resource(*type));
    }
    versions.push_back({{"version", version}, {"resources", std::move(resources)}, {"freshness", "Current"}});
  }
  ordered_json metadata = ordered_json::object();
  if (!group.empty()) metadata["name"] = group;
  return {{"metadata", std::move(metadata)}, {"versions", std::move(versions)}};
}

Answer aggregated(const std::vector<std::string>& groups, const ServedTypes& types) {
  ordered_json items = ordered_json::array();
  for (const auto& group : groups) items.push_back(aggregated_group(group, types));
  return json_answer({{"kind", "APIGroupDiscoveryList"},
                      {"apiVersion", "apidiscovery.k8s.io/v2"},
                      {"metadata", ordered_json::object()},
                      {"items", std::move(items)}},
                     kAggregatedType);
}

// Clients list what they take in the order of their liking; the plain form is `application/json` without parameters.
bool prefers_aggregated(std::string_view accept) {
  while (!accept.empty()) {
    const std::size_t comma = std::min(accept.find(','), accept.size());
    std::string range(accept.substr(0, comma));
    range.erase(std::remove(range.begin(), range.end(), ' '), range.end());
    if (range == kAggregatedType) return true;
    if (range == kJsonType || range == "*/*") return false;
    accept.remove_prefix(std::min(comma + 1, accept.size()));
  }
  return false;
}

}  // namespace

std::optional<Answer> answer_discovery(const std::vector<std::string>& segments, const ServedTypes& types,
                                       std::string_view accept) {
  if (!is_discovery_path(segments)) return std::nullopt;
  const bool whole = prefers_aggregated(accept);
  if (segments[0] == "api") {
    if (segments.size() == 2) return resource_list("", segments[1], types);
    return whole ? aggregated({""}, types) : core_versions();
  }
  if (segments.size() == 3) return segments[1].empty() ? std::nullopt : resource_list(segments[1], segments[2], types);
  if (segments.size() == 2) return one_group(segments[1], types);
  return whole ? aggregated(groups_of(types), types) : group_list(types);
}

bool is_discovery_path(const std::vector<std::string>& segments) {
  if (segments.empty()) return false;
  return (segments[0] == "api" && segments.size() <= 2) || (segments[0] == "apis" && segments.size() <= 3);
}

}  // namespace kplane::testing::server
