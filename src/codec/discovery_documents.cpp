// Lists whose entries have a scope and verbs.
#include "codec/discovery_documents.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <kplane/error.hpp>

#include "codec/object_list.hpp"

namespace kplane::codec {

namespace {

bool has_verb(const Object& resource, std::string_view verb) {
  const std::vector<Object> verbs = resource.elements("/verbs");
  return std::any_of(verbs.begin(), verbs.end(),
                     [&](const Object& one) { return one.get<std::string_view>("") == verb; });
}

/// Adds the type when it can be emptied.
void add_type(std::vector<NamespacedType>& types, const std::string& api_version, std::string plural,
              const Object& resource) {
  const bool is_subresource = plural.find('/') != std::string::npos;
  if (plural.empty() || is_subresource || !has_verb(resource, "list") || !has_verb(resource, "delete")) return;
  types.push_back({api_version, std::move(plural), has_verb(resource, "deletecollection")});
}

void add_group(std::vector<NamespacedType>& types, const Object& group) {
  const std::string name = group.get<std::string>("/metadata/name").value_or(std::string());
  for (const Object& version : group.elements("/versions")) {
    const std::string number = version.get<std::string>("/version").value_or(std::string());
    const std::string api_version = name.empty() ? number : std::string(name).append("/").append(number);
    for (const Object& resource : version.elements("/resources")) {
      if (resource.get<std::string_view>("/scope") != "Namespaced") continue;
      add_type(types, api_version, resource.get<std::string>("/resource").value_or(std::string()), resource);
    }
  }
}

}  // namespace

ServedGroups decode_served_groups(const std::shared_ptr<const detail::Document>& body) {
  const Object document = decode_object(body);
  const auto kind = document.get<std::string>("/kind");
  ServedGroups served;
  if (kind == "APIGroupDiscoveryList") {
    for (const Object& group : document.elements("/items")) add_group(served.types, group);
    return served;
  }
  if (kind != "APIGroupList" && kind != "APIVersions") throw DecodeError("not a list of API groups", 0);
  for (const Object& version : document.elements("/versions")) {
    if (auto number = version.get<std::string>("")) served.api_versions.push_back(std::move(*number));
  }
  for (const Object& group : document.elements("/groups")) {
    for (const Object& version : group.elements("/versions")) {
      if (auto name = version.get<std::string>("/groupVersion")) served.api_versions.push_back(std::move(*name));
    }
  }
  return served;
}

std::vector<NamespacedType> decode_served_types(const std::string& api_version,
                                                const std::shared_ptr<const detail::Document>& body) {
  std::vector<NamespacedType> types;
  for (const Object& resource : decode_object(body).elements("/resources")) {
    if (resource.get<bool>("/namespaced") != true) continue;
    add_type(types, api_version, resource.get<std::string>("/name").value_or(std::string()), resource);
  }
  return types;
}

std::vector<NamespacedType> types_of_definition(const Object& definition) {
  const auto group = definition.get<std::string>("/spec/group");
  const auto plural = definition.get<std::string>("/spec/names/plural");
  if (!group || !plural || definition.get<std::string_view>("/spec/scope") != "Namespaced") return {};
  for (const Object& version : definition.elements("/spec/versions")) {
    const auto name = version.get<std::string>("/name");
    if (name && version.get<bool>("/served") == true) return {{*group + '/' + *name, *plural}};
  }
  return {};
}

}  // namespace kplane::codec
