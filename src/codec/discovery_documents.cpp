// Reads lists whose entries have a scope and verbs.
#include "codec/discovery_documents.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <kplane/error.hpp>

#include "codec/object_list.hpp"
#include "codec/object_text.hpp"

namespace kplane::codec {

namespace {

bool has_verb(const Object& resource, std::string_view verb) {
  const std::vector<Object> verbs = resource.elements("/verbs");
  return std::any_of(verbs.begin(), verbs.end(),
                     [&](const Object& one) { return one.get<std::string_view>("") == verb; });
}

/// Adds the type if its objects can be listed and deleted. @param resource an entry that has verbs
void add_type(std::vector<ServedType>& types, ServedType type, const Object& resource) {
  const bool is_subresource = type.plural.find('/') != std::string::npos;
  if (type.plural.empty() || is_subresource || !has_verb(resource, "list") || !has_verb(resource, "delete")) return;
  type.has_collection_delete = has_verb(resource, "deletecollection");
  types.push_back(std::move(type));
}

bool has_status(const Object& resource) {
  const std::vector<Object> parts = resource.elements("/subresources");
  return std::any_of(parts.begin(), parts.end(),
                     [](const Object& part) { return part.get<std::string_view>("/subresource") == "status"; });
}

void add_group(std::vector<ServedType>& types, const Object& group) {
  const std::string name = text_at(group, "/metadata/name");
  for (const Object& version : group.elements("/versions")) {
    const std::string number = text_at(version, "/version");
    if (number.empty()) continue;  // no path leads to it
    const std::string api_version = name.empty() ? number : std::string(name).append("/").append(number);
    for (const Object& resource : version.elements("/resources")) {
      ServedType type{api_version, text_at(resource, "/resource")};
      type.is_namespaced = resource.get<std::string_view>("/scope") == "Namespaced";
      type.kind = text_at(resource, "/responseKind/kind");
      type.has_status = has_status(resource);
      add_type(types, std::move(type), resource);
    }
  }
}

/// A plain list has subresources as entries of their own.
std::vector<std::string> types_with_status(const std::vector<Object>& resources) {
  constexpr std::string_view subresource = "/status";
  std::vector<std::string> plurals;
  for (const Object& resource : resources) {
    std::string name = text_at(resource, "/name");
    const std::size_t slash = name.find('/');
    if (slash == std::string::npos || name.substr(slash) != subresource) continue;
    plurals.push_back(name.substr(0, slash));
  }
  return plurals;
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

std::vector<ServedType> decode_served_types(const std::string& api_version,
                                            const std::shared_ptr<const detail::Document>& body) {
  const std::vector<Object> resources = decode_object(body).elements("/resources");
  const std::vector<std::string> with_status = types_with_status(resources);
  std::vector<ServedType> types;
  for (const Object& resource : resources) {
    ServedType type{api_version, text_at(resource, "/name")};
    type.is_namespaced = resource.get<bool>("/namespaced") == true;
    type.kind = text_at(resource, "/kind");
    type.has_status = std::find(with_status.begin(), with_status.end(), type.plural) != with_status.end();
    add_type(types, std::move(type), resource);
  }
  return types;
}

std::vector<ServedType> types_of_definition(const Object& definition) {
  const auto group = definition.get<std::string>("/spec/group");
  const auto plural = definition.get<std::string>("/spec/names/plural");
  if (!group || !plural || group->empty() || plural->empty() || plural->find('/') != std::string::npos) return {};
  for (const Object& version : definition.elements("/spec/versions")) {
    const auto name = version.get<std::string>("/name");
    if (!name || name->empty() || version.get<bool>("/served") != true) continue;
    ServedType type{*group + '/' + *name, *plural};
    type.is_namespaced = definition.get<std::string_view>("/spec/scope") == "Namespaced";
    type.kind = text_at(definition, "/spec/names/kind");
    type.has_status = version.at("/subresources/status").has_value();
    return {std::move(type)};
  }
  return {};
}

}  // namespace kplane::codec
