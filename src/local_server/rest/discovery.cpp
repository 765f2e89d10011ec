#include "local_server/rest/discovery.hpp"

#include <algorithm>
#include <tuple>

#include <nlohmann/json.hpp>

#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::ordered_json;

constexpr const char kAggregatedType[] = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

std::string group_version(const std::string& group, const std::string& version) {
  return group.empty() ? version : group + "/" + version;
}

void add_names(ordered_json& resource, const ResourceType& type) {
  if (!type.short_names.empty()) resource["shortNames"] = type.short_names;
  if (!type.categories.empty()) resource["categories"] = type.categories;
}

ordered_json plain_resource(const ResourceType& type) {
  ordered_json resource = {{"name", type.resource},
                           {"singularName", type.singular},
                           {"namespaced", type.namespaced},
                           {"kind", type.kind},
                           {"verbs", type.verbs}};
  add_names(resource, type);
  if (!type.storage_hash.empty()) resource["storageVersionHash"] = type.storage_hash;
  return resource;
}

ordered_json plain_subresource(const ResourceType& type, const Subresource& subresource) {
  ordered_json resource = {
      {"name", type.resource + "/" + subresource.name}, {"singularName", ""}, {"namespaced", type.namespaced}};
  if (!subresource.group.empty()) {
    resource["group"] = subresource.group;
    resource["version"] = subresource.version;
  }
  resource["kind"] = subresource.kind;
  resource["verbs"] = subresource.verbs;
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
    for (const auto& subresource : type->subresources) resources.push_back(plain_subresource(*type, subresource));
  }
  if (resources.empty()) return std::nullopt;
  ordered_json list = {{"kind", "APIResourceList"}};
  if (!group.empty()) list["apiVersion"] = "v1";
  list["groupVersion"] = group_version(group, version);
  list["resources"] = std::move(resources);
  return json_answer(list);
}

struct VersionRank {
  int stability = 0;  ///< 3: `v2`, 2: `v2beta1`, 1: `v2alpha1`, 0: another name
  int major = 0;
  int minor = 0;
};

int number_at(const std::string& text, std::size_t& at) {
  constexpr int kMost = 1'000'000;
  int number = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
    number = std::min(kMost, number * 10 + (text[at++] - '0'));
  }
  return number;
}

VersionRank rank_of(const std::string& version) {
  std::size_t at = 1;
  const int major = version.compare(0, 1, "v") == 0 ? number_at(version, at) : 0;
  if (major == 0) return {};
  if (at == version.size()) return {3, major, 0};
  const bool is_beta = version.compare(at, 4, "beta") == 0;
  if (!is_beta && version.compare(at, 5, "alpha") != 0) return {};
  at += is_beta ? 4 : 5;
  const int minor = number_at(version, at);
  return minor == 0 || at != version.size() ? VersionRank{} : VersionRank{is_beta ? 2 : 1, major, minor};
}

bool goes_first(const std::string& a, const std::string& b) {
  const VersionRank of_a = rank_of(a);
  const VersionRank of_b = rank_of(b);
  if (of_a.stability == 0 && of_b.stability == 0) return a < b;
  return std::tie(of_a.stability, of_a.major, of_a.minor) > std::tie(of_b.stability, of_b.major, of_b.minor);
}

/// The preferred one first.
std::vector<std::string> versions_of(const std::string& group, const ServedTypes& types) {
  std::vector<std::string> versions;
  for (const auto* type : types) {
    if (type->group != group) continue;
    if (std::find(versions.begin(), versions.end(), type->version) == versions.end()) versions.push_back(type->version);
  }
  std::sort(versions.begin(), versions.end(), goes_first);
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

// Of built-in types a real server says the kind alone.
ordered_json response_kind(const ResourceType& type, const Subresource& subresource) {
  const bool is_own = subresource.group.empty();
  const std::string own_group = type.custom ? type.group : "";
  return {{"group", is_own ? own_group : subresource.group},
          {"version", is_own && type.custom ? type.version : subresource.version},
          {"kind", subresource.kind}};
}

ordered_json aggregated_resource(const ResourceType& type) {
  ordered_json resource = {{"resource", type.resource},
                           {"responseKind", response_kind(type, {"", type.kind})},
                           {"scope", type.namespaced ? "Namespaced" : "Cluster"},
                           {"singularResource", type.singular},
                           {"verbs", type.verbs}};
  add_names(resource, type);
  for (const auto& subresource : type.subresources) {
    resource["subresources"].push_back({{"subresource", subresource.name},
                                        {"responseKind", response_kind(type, subresource)},
                                        {"verbs", subresource.verbs}});
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
