#include "local_server/base/resource_types.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "local_server/base/tables.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using Strings = std::vector<std::string>;

const Strings& object_verbs() {
  static const Strings verbs = {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
  return verbs;
}

const Strings& subresource_verbs() {
  static const Strings verbs = {"get", "patch", "update"};
  return verbs;
}

NameRule name_rule_of(const json& entry) {
  const std::string rule = entry.value("names", "");
  if (rule == "label") return NameRule::label;
  return rule == "segment" ? NameRule::path_segment : NameRule::subdomain;
}

Strings strings_of(const json& entry, const char* name, const Strings& otherwise = {}) {
  const auto found = entry.find(name);
  return found == entry.end() ? otherwise : found->get<Strings>();
}

Subresource subresource_of(const std::string& name, const json& entry, const std::string& kind) {
  return {name, entry.value("kind", kind), entry.value("group", ""), entry.value("version", ""),
          strings_of(entry, "verbs", subresource_verbs())};
}

ResourceType type_of(const json& entry) {
  ResourceType type;
  type.group = entry.value("group", "");
  type.version = entry["version"];
  type.resource = entry["resource"];
  type.kind = entry["kind"];
  type.namespaced = entry.value("namespaced", false);
  type.watched_from_start = entry.value("watched", false);
  type.name_rule = name_rule_of(entry);
  type.singular = entry["singular"];
  type.short_names = strings_of(entry, "shortNames");
  type.categories = strings_of(entry, "categories");
  type.verbs = strings_of(entry, "verbs", object_verbs());
  type.storage_hash = entry.value("hash", "");
  const json subresources = entry.value("subresources", json::object());
  for (const auto& [name, subresource] : subresources.items()) {
    type.subresources.push_back(subresource_of(name, subresource, type.kind));
  }
  type.has_status = find_subresource(type, "status") != nullptr;
  if (entry.contains("scale")) type.scale = ScalePaths{entry["scale"][0], entry["scale"][1], entry["scale"][2]};
  return type;
}

std::vector<ResourceType> read_types() {
  std::vector<ResourceType> types;
  const json table = parse_table(Table::resources);
  for (const auto& entry : table["resources"]) types.push_back(type_of(entry));
  return types;
}

auto key_of(const ResourceType& type) { return std::tie(type.group, type.resource); }

std::vector<ResourceType> stored_types() {
  std::vector<ResourceType> types;
  const auto& listed = listed_types();
  std::copy_if(listed.begin(), listed.end(), std::back_inserter(types),
               [](const ResourceType& type) { return !type.storage_hash.empty(); });
  // Stable, so that the preferred version stays first.
  std::stable_sort(types.begin(), types.end(),
                   [](const ResourceType& a, const ResourceType& b) { return key_of(a) < key_of(b); });
  types.erase(std::unique(types.begin(), types.end(),
                          [](const ResourceType& a, const ResourceType& b) { return key_of(a) == key_of(b); }),
              types.end());
  return types;
}

}  // namespace

const Subresource* find_subresource(const ResourceType& type, std::string_view name) {
  for (const auto& subresource : type.subresources) {
    if (subresource.name == name) return &subresource;
  }
  return nullptr;
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

const std::vector<ResourceType>& listed_types() {
  static const std::vector<ResourceType> types = read_types();
  return types;
}

const std::vector<ResourceType>& built_in_types() {
  static const std::vector<ResourceType> types = stored_types();
  return types;
}

const ResourceType* find_listed(std::string_view group, std::string_view version, std::string_view resource) {
  using Key = std::tuple<std::string_view, std::string_view, std::string_view>;
  static const std::map<Key, const ResourceType*> index = [] {
    std::map<Key, const ResourceType*> made;
    for (const auto& type : listed_types()) made.emplace(Key{type.group, type.version, type.resource}, &type);
    return made;
  }();
  const auto found = index.find(Key{group, version, resource});
  return found == index.end() ? nullptr : found->second;
}

bool is_built_in_group(std::string_view group) {
  const auto& types = listed_types();
  return std::any_of(types.begin(), types.end(), [&](const ResourceType& type) { return type.group == group; });
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
    ResourceType fleet{"kplane.dev", "v1", "fleets", "Fleet"};
    fleet.has_status = true;
    fleet.custom = true;
    fleet.singular = "fleet";
    fleet.short_names = {"flt"};
    fleet.categories = {"kplane"};
    add_custom_details(fleet);
    fleet.printer_columns = std::make_shared<const nlohmann::json>(
        nlohmann::json::array({{{"name", "Desired"}, {"type", "integer"}, {"jsonPath", ".spec.replicas"}},
                               {{"name", "Ready"}, {"type", "integer"}, {"jsonPath", ".status.readyReplicas"}},
                               {{"name", "Age"}, {"type", "date"}, {"jsonPath", ".metadata.creationTimestamp"}}}));
    return fleet;
  }();
  return type;
}

void add_custom_details(ResourceType& type) {
  type.verbs = {"delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"};
  if (type.has_status) type.subresources.push_back({"status", type.kind, "", "", subresource_verbs()});
  if (type.scale) type.subresources.push_back({"scale", "Scale", "autoscaling", "v1", subresource_verbs()});
}

}  // namespace kplane::testing::server
