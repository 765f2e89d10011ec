#include "local_server/schema/custom_definitions.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <openssl/sha.h>

#include "local_server/base/base64.hpp"
#include "local_server/base/characters.hpp"
#include "local_server/base/identity.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/schema/deletion_mark.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

// `.spec.replicas` → `/spec/replicas`
std::string pointer_of(const json& path) {
  std::string pointer = path.is_string() ? path.get<std::string>() : std::string{};
  std::replace(pointer.begin(), pointer.end(), '.', '/');
  return pointer;
}

std::optional<ScalePaths> scale_paths(const json& subresources) {
  if (!subresources.is_object() || !subresources.contains("scale")) return std::nullopt;
  const json& scale = member_or_empty(subresources, "scale");
  ScalePaths paths{pointer_of(member_or_empty(scale, "specReplicasPath")),
                   pointer_of(member_or_empty(scale, "statusReplicasPath")),
                   pointer_of(member_or_empty(scale, "labelSelectorPath"))};
  if (paths.spec_replicas.rfind("/spec/", 0) != 0) return std::nullopt;
  return paths;
}

/// A hash of group, version and kind, which clients use as the identity of the stored type.
std::string storage_hash(const std::string& group, const std::string& version, const std::string& kind) {
  constexpr std::size_t kShown = 8;
  const std::string text = std::string(group).append("/").append(version).append("/").append(kind);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  return base64(std::string(hash.begin(), hash.begin() + kShown));
}

std::string stored_version(const json& definition) {
  for (const auto& version : member_or_empty(member_or_empty(definition, "spec"), "versions")) {
    if (is_true(version, "storage")) return string_member(version, "name");
  }
  return {};
}

std::string deprecation_of(const ResourceType& type, const json& version) {
  if (!is_true(version, "deprecated")) return {};
  const std::string warning = string_member(version, "deprecationWarning");
  return warning.empty() ? api_version(type) + " " + type.kind + " is deprecated" : warning;
}

std::vector<std::string> selectable_fields(const json& version) {
  std::vector<std::string> fields;
  for (const auto& field : member_or_empty(version, "selectableFields")) {
    const std::string path = string_member(field, "jsonPath");
    if (!path.empty()) fields.push_back(path.substr(1));
  }
  return fields;
}

ResourceType type_of(const json& definition, const json& version) {
  const json& spec = member_or_empty(definition, "spec");
  const json& names = member_or_empty(member_or_empty(definition, "status"), "acceptedNames");
  const json& subresources = member_or_empty(version, "subresources");
  ResourceType type;
  type.group = string_member(spec, "group");
  type.version = string_member(version, "name");
  type.resource = string_member(names, "plural");
  type.kind = string_member(names, "kind");
  type.namespaced = string_member(spec, "scope") == "Namespaced";
  type.has_status = subresources.is_object() && subresources.contains("status");
  type.custom = true;
  type.singular = string_member(names, "singular");
  type.short_names = strings_member(names, "shortNames");
  type.categories = strings_member(names, "categories");
  type.scale = scale_paths(subresources);
  type.schema = std::make_shared<const json>(member_or_empty(member_or_empty(version, "schema"), "openAPIV3Schema"));
  type.printer_columns = std::make_shared<const json>(member_or_empty(version, "additionalPrinterColumns"));
  type.storage_hash = storage_hash(type.group, stored_version(definition), type.kind);
  type.deprecation = deprecation_of(type, version);
  type.selectable_fields = selectable_fields(version);
  type.terminating = is_marked(definition);
  add_custom_details(type);
  return type;
}

// A condition keeps the time of its last transition.
void set_condition(json& status, const std::string& type, bool holds, const std::string& reason,
                   const std::string& message) {
  json& conditions = status["conditions"];
  if (!conditions.is_array()) conditions = json::array();
  json condition = {{"type", type},
                    {"status", holds ? "True" : "False"},
                    {"lastTransitionTime", rfc3339_now()},
                    {"reason", reason},
                    {"message", message}};
  for (auto& old : conditions) {
    if (string_member(old, "type") != type) continue;
    if (old["status"] == condition["status"]) condition["lastTransitionTime"] = old["lastTransitionTime"];
    old = std::move(condition);
    return;
  }
  conditions.push_back(std::move(condition));
}

/// The names that the definitions of a group have, and the last conflict with them.
struct Names {
  std::set<std::string> resources{};
  std::set<std::string> kinds{};
  std::string reason{};
  std::string message{};
};

std::string in_use(const std::string& name) { return quoted_text(name) + " is already in use"; }

Names names_of(const std::vector<json>& definitions) {
  Names names;
  for (const auto& definition : definitions) {
    const json& accepted = member_or_empty(member_or_empty(definition, "status"), "acceptedNames");
    for (const char* name : {"plural", "singular"}) names.resources.insert(string_member(accepted, name));
    for (auto& name : strings_member(accepted, "shortNames")) names.resources.insert(std::move(name));
    for (const char* name : {"kind", "listKind"}) names.kinds.insert(string_member(accepted, name));
  }
  return names;
}

void accept_name(const json& wanted, const char* name, const char* reason, const std::set<std::string>& taken,
                 json& accepted, Names& names) {
  const std::string text = string_member(wanted, name);
  if (text != string_member(accepted, name) && taken.count(text) > 0) {
    names.reason = reason;
    names.message = in_use(text);
  } else {
    accepted[name] = text;
  }
}

void accept_short_names(const json& wanted, json& accepted, Names& names) {
  const std::vector<std::string> own = strings_member(accepted, "shortNames");
  std::string problem;
  for (const auto& name : strings_member(wanted, "shortNames")) {
    if (names.resources.count(name) == 0 || std::find(own.begin(), own.end(), name) != own.end()) continue;
    problem += (problem.empty() ? "" : ", ") + in_use(name);
  }
  if (!problem.empty()) {
    names.reason = "ShortNamesConflict";
    names.message = problem;
    return;
  }
  accepted.erase("shortNames");
  if (wanted.contains("shortNames")) accepted["shortNames"] = wanted["shortNames"];
}

json accepted_names(const json& wanted, json accepted, Names& names) {
  accept_name(wanted, "plural", "PluralConflict", names.resources, accepted, names);
  accept_name(wanted, "singular", "SingularConflict", names.resources, accepted, names);
  accept_short_names(wanted, accepted, names);
  accept_name(wanted, "kind", "KindConflict", names.kinds, accepted, names);
  accept_name(wanted, "listKind", "ListKindConflict", names.kinds, accepted, names);
  accepted.erase("categories");
  if (wanted.contains("categories")) accepted["categories"] = wanted["categories"];
  for (const char* name : {"singular", "listKind"}) {
    if (string_member(accepted, name).empty()) accepted.erase(name);
  }
  return accepted;
}

}  // namespace

bool is_definition(const ResourceType& type) {
  return type.group == "apiextensions.k8s.io" && type.resource == "customresourcedefinitions";
}

bool is_established(const json& definition) {
  for (const auto& condition : member_or_empty(member_or_empty(definition, "status"), "conditions")) {
    if (string_member(condition, "type") == "Established") return string_member(condition, "status") == "True";
  }
  return false;
}

void fill_definition(json& definition) {
  const auto spec = definition.find("spec");
  if (spec == definition.end() || !spec->is_object()) return;
  if (!spec->contains("conversion")) (*spec)["conversion"] = {{"strategy", "None"}};
  const auto names = spec->find("names");
  if (names == spec->end() || !names->is_object()) return;
  const std::string kind = string_member(*names, "kind");
  if (kind.empty()) return;
  if (string_member(*names, "singular").empty()) (*names)["singular"] = lower_case(kind);
  if (string_member(*names, "listKind").empty()) (*names)["listKind"] = kind + "List";
}

void fill_definition_status(json& definition) {
  json& status = definition["status"];
  if (!status.is_object()) {
    status = {
        {"conditions", nullptr}, {"acceptedNames", {{"plural", ""}, {"kind", ""}}}, {"storedVersions", json::array()}};
  }
  const std::string stored = stored_version(definition);
  json& all = status["storedVersions"];
  if (!all.is_array()) all = json::array();
  if (!stored.empty() && std::find(all.begin(), all.end(), stored) == all.end()) all.push_back(stored);
}

std::vector<ResourceType> types_of(const json& definition) {
  std::vector<ResourceType> types;
  for (const auto& version : member_or_empty(member_or_empty(definition, "spec"), "versions")) {
    if (is_true(version, "served")) types.push_back(type_of(definition, version));
  }
  return types;
}

void accept_names(json& definition, const std::vector<json>& others) {
  Names names = names_of(others);
  const json wanted = member_or_empty(member_or_empty(definition, "spec"), "names");
  json& status = definition["status"];
  status["acceptedNames"] = accepted_names(wanted, member_or_empty(status, "acceptedNames"), names);
  if (names.reason.empty()) {
    set_condition(status, "NamesAccepted", true, "NoConflicts", "no conflicts found");
    set_condition(status, "Established", true, "InitialNamesAccepted", "the initial names have been accepted");
    return;
  }
  set_condition(status, "NamesAccepted", false, names.reason, names.message);
  if (is_established(definition)) return;
  set_condition(status, "Established", false, "NotAccepted", "not all names are accepted");
}

void mark_terminating_definition(json& definition, bool in_progress) {
  set_condition(definition["status"], "Terminating", true,
                in_progress ? "InstanceDeletionInProgress" : "InstanceDeletionPending",
                in_progress ? "CustomResource deletion is in progress"
                            : "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon");
}

}  // namespace kplane::testing::server
