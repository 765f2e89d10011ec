// Reading CustomResourceDefinitions.
#include "local_server/schema/custom_definitions.hpp"

#include <algorithm>
#include <string>

#include "local_server/base/characters.hpp"
#include "local_server/base/identity.hpp"
#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

const json& member(const json& object, const char* name) {
  static const json none = json::object();
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() ? *found : none;
}

bool is_true(const json& object, const char* name) { return member(object, name) == true; }

void set_default(json& object, const char* name, const std::string& value) {
  if (string_member(object, name).empty()) object[name] = value;
}

std::vector<std::string> strings(const json& list) {
  std::vector<std::string> found;
  if (!list.is_array()) return found;
  for (const auto& each : list) {
    if (each.is_string()) found.push_back(each);
  }
  return found;
}

void require_strings(const json& object, const std::string& path, std::initializer_list<const char*> names,
                     std::vector<Cause>& causes) {
  for (const char* name : names) {
    if (string_member(object, name).empty()) causes.push_back(missing_field(path + "." + name));
  }
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// A DNS-1035 label, of letters in either case.
bool is_identifier(const std::string& text) {
  return !text.empty() && is_letter(text.front()) && text.back() != '-' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

// Kinds and versions stand in paths and documents as they are.
void check_identifier(const json& object, const char* name, const std::string& path, std::vector<Cause>& causes) {
  const std::string text = string_member(object, name);
  if (text.empty() || is_identifier(text)) return;
  causes.push_back({"FieldValueInvalid",
                    "Invalid value: " + to_text(json(text)) +
                        ": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
                        "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
                        "regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
                    path + "." + name});
}

void check_scope(const json& spec, std::vector<Cause>& causes) {
  const std::string scope = string_member(spec, "scope");
  if (scope == "Cluster" || scope == "Namespaced") return;
  causes.push_back({"FieldValueNotSupported",
                    "Unsupported value: \"" + scope + R"(": supported values: "Cluster", "Namespaced")", "spec.scope"});
}

void check_name(const json& definition, const json& spec, std::vector<Cause>& causes) {
  const std::string name = string_member(member(definition, "metadata"), "name");
  const std::string wanted = string_member(member(spec, "names"), "plural") + "." + string_member(spec, "group");
  // A name that the server is to make is the empty one here, and never fits.
  if (name == wanted) return;
  causes.push_back({"FieldValueInvalid", "Invalid value: \"" + name + R"(": must be spec.names.plural+"."+spec.group)",
                    "metadata.name"});
}

bool has_schema(const json& version) { return !member(member(version, "schema"), "openAPIV3Schema").empty(); }

void check_versions(const json& spec, std::vector<Cause>& causes) {
  const json& versions = member(spec, "versions");
  if (!versions.is_array() || versions.empty()) {
    causes.push_back(missing_field("spec.versions"));
    return;
  }
  std::ptrdiff_t stored = 0;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const std::string path = "spec.versions[" + std::to_string(i) + "]";
    require_strings(versions[i], path, {"name"}, causes);
    check_identifier(versions[i], "name", path, causes);
    if (!has_schema(versions[i])) {
      causes.push_back(
          {"FieldValueRequired", "Required value: schemas are required", path + ".schema.openAPIV3Schema"});
    }
    if (is_true(versions[i], "storage")) ++stored;
  }
  if (stored == 1) return;
  causes.push_back(
      {"FieldValueInvalid", "Invalid value: must have exactly one version marked as storage version", "spec.versions"});
}

// `.spec.replicas` → `/spec/replicas`
std::string pointer_of(const json& path) {
  std::string pointer = path.is_string() ? path.get<std::string>() : std::string{};
  std::replace(pointer.begin(), pointer.end(), '.', '/');
  return pointer;
}

std::optional<ScalePaths> scale_paths(const json& subresources) {
  if (!subresources.is_object() || !subresources.contains("scale")) return std::nullopt;
  const json& scale = member(subresources, "scale");
  ScalePaths paths{pointer_of(member(scale, "specReplicasPath")), pointer_of(member(scale, "statusReplicasPath")),
                   pointer_of(member(scale, "labelSelectorPath"))};
  if (paths.spec_replicas.rfind("/spec/", 0) != 0) return std::nullopt;
  return paths;
}

ResourceType type_of(const json& spec, const json& version) {
  const json& names = member(spec, "names");
  const json& subresources = member(version, "subresources");
  ResourceType type;
  type.group = string_member(spec, "group");
  type.version = string_member(version, "name");
  type.resource = string_member(names, "plural");
  type.kind = string_member(names, "kind");
  type.namespaced = string_member(spec, "scope") == "Namespaced";
  type.has_status = subresources.is_object() && subresources.contains("status");
  type.custom = true;
  type.singular = string_member(names, "singular");
  type.short_names = strings(member(names, "shortNames"));
  type.categories = strings(member(names, "categories"));
  type.scale = scale_paths(subresources);
  type.schema = std::make_shared<const json>(member(member(version, "schema"), "openAPIV3Schema"));
  type.printer_columns = std::make_shared<const json>(member(version, "additionalPrinterColumns"));
  return type;
}

json condition(const char* type, const char* reason, const char* message) {
  return {{"type", type},
          {"status", "True"},
          {"lastTransitionTime", rfc3339_now()},
          {"reason", reason},
          {"message", message}};
}

}  // namespace

bool is_definition(const ResourceType& type) {
  return type.group == "apiextensions.k8s.io" && type.resource == "customresourcedefinitions";
}

void fill_definition(json& definition) {
  const auto spec = definition.find("spec");
  if (spec == definition.end() || !spec->is_object()) return;
  const auto names = spec->find("names");
  if (names == spec->end() || !names->is_object()) return;
  const std::string kind = string_member(*names, "kind");
  set_default(*names, "singular", lower_case(kind));
  set_default(*names, "listKind", kind + "List");
  if (!spec->contains("conversion")) (*spec)["conversion"] = {{"strategy", "None"}};
}

std::vector<Cause> definition_problems(const json& definition) {
  const json& spec = member(definition, "spec");
  std::vector<Cause> causes;
  require_strings(spec, "spec", {"group"}, causes);
  require_strings(member(spec, "names"), "spec.names", {"plural", "kind"}, causes);
  check_identifier(member(spec, "names"), "kind", "spec.names", causes);
  check_scope(spec, causes);
  check_versions(spec, causes);
  if (causes.empty()) check_name(definition, spec, causes);
  return causes;
}

std::vector<ResourceType> types_of(const json& definition) {
  const json& spec = member(definition, "spec");
  std::vector<ResourceType> types;
  for (const auto& version : member(spec, "versions")) {
    if (is_true(version, "served")) types.push_back(type_of(spec, version));
  }
  return types;
}

json established_status(const json& definition) {
  const json& spec = member(definition, "spec");
  json stored = json::array();
  for (const auto& version : member(spec, "versions")) {
    if (is_true(version, "storage")) stored.push_back(member(version, "name"));
  }
  return {{"conditions",
           json::array({condition("NamesAccepted", "NoConflicts", "no conflicts found"),
                        condition("Established", "InitialNamesAccepted", "the initial names have been accepted")})},
          {"acceptedNames", member(spec, "names")},
          {"storedVersions", std::move(stored)}};
}

}  // namespace kplane::testing::server
