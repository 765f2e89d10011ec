#include "local_server/schema/validation.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <string_view>

#include "local_server/base/json_text.hpp"
#include "local_server/schema/custom_definitions.hpp"
#include "local_server/schema/custom_schema.hpp"
#include "local_server/schema/definition_check.hpp"
#include "local_server/schema/deletion_mark.hpp"
#include "local_server/schema/object_metadata.hpp"
#include "local_server/schema/rules.hpp"
#include "local_server/types/formats.hpp"
#include "local_server/types/types.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

void check_string_field(const ResourceType& type, const json& metadata, const char* field) {
  const auto found = metadata.find(field);
  if (found == metadata.end() || found->is_null() || found->is_string()) return;
  refuse_type(type, std::string("ObjectMeta.metadata.") + field, *found, "string");
}

void check_string_map(const ResourceType& type, const json& metadata, const char* field) {
  const auto found = metadata.find(field);
  if (found == metadata.end() || found->is_null()) return;
  const std::string where = std::string("ObjectMeta.metadata.") + field;
  if (!found->is_object()) refuse_type(type, where, *found, "map[string]string");
  for (const auto& value : *found) {
    if (!value.is_string()) refuse_type(type, where, value, "string");
  }
}

void check_metadata(const ResourceType& type, json& object) {
  json& metadata = object["metadata"];
  if (metadata.is_null()) metadata = json::object();
  if (!metadata.is_object()) refuse_type(type, type.kind + ".metadata", metadata, "v1.ObjectMeta");
  for (const char* field : {"name", "generateName", "namespace", "uid", "resourceVersion"}) {
    check_string_field(type, metadata, field);
  }
  for (const char* field : {"labels", "annotations"}) check_string_map(type, metadata, field);
}

void check_kind(const ResourceType& type, json& object) {
  const std::string kind = string_member(object, "kind");
  const std::string version = string_member(object, "apiVersion");
  if (type.custom && kind.empty()) throw StatusError(bad_request("Object 'Kind' is missing in the request body"));
  if (type.custom && version.empty()) {
    throw StatusError(bad_request("Object 'apiVersion' is missing in the request body"));
  }
  if (type.custom && kind != type.kind) {
    ResourceType named = type;
    named.kind = kind;
    throw StatusError(
        invalid(named, string_member(object.value("metadata", json::object()), "name"),
                {{"FieldValueInvalid", "Invalid value: \"" + kind + "\": must be " + type.kind, "kind"}}));
  }
  if (!kind.empty() && kind != type.kind) {
    throw StatusError(
        bad_request("the kind in the data (" + kind + ") does not match the expected kind (" + type.kind + ")"));
  }
  if (!version.empty() && version != api_version(type)) {
    throw StatusError(bad_request("the API version in the data (" + version +
                                  ") does not match the expected API version (" + api_version(type) + ")"));
  }
  object["kind"] = type.kind;
  object["apiVersion"] = api_version(type);
}

Cause wrong_type(const std::string& field, const json& value, const std::string& expected) {
  return {"FieldValueTypeInvalid",
          "Invalid value: \"" + std::string(value.type_name()) + "\": " + field + " in body must be of type " +
              expected + ": \"" + value.type_name() + "\"",
          field};
}

void check_count(const json& spec, const char* name, std::int64_t limit, std::vector<Cause>& causes) {
  const auto found = spec.find(name);
  if (found == spec.end()) return;
  const std::string field = std::string("spec.") + name;
  if (!found->is_number_integer()) {
    causes.push_back(wrong_type(field, *found, "integer"));
    return;
  }
  const bool unsigned_overflow = found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX;
  const std::int64_t value = unsigned_overflow ? INT64_MAX : found->get<std::int64_t>();
  const std::string start = "Invalid value: " + to_text(*found) + ": " + field + " in body should be ";
  if (value < 0) causes.push_back({"FieldValueInvalid", start + "greater than or equal to 0", field});
  if (unsigned_overflow || value > limit) {
    causes.push_back({"FieldValueInvalid", start + "less than or equal to " + std::to_string(limit), field});
  }
}

void check_names(const json& spec, std::vector<Cause>& causes) {
  const auto names = spec.find("names");
  if (names == spec.end()) return;
  if (!names->is_array()) {
    causes.push_back(wrong_type("spec.names", *names, "array"));
    return;
  }
  for (std::size_t i = 0; i < names->size(); ++i) {
    const json& name = (*names)[i];
    if (!name.is_string()) causes.push_back(wrong_type("spec.names[" + std::to_string(i) + "]", name, "string"));
  }
}

void check_fleet(const json& object, std::vector<Cause>& causes) {
  const auto spec = object.find("spec");
  if (spec == object.end() || spec->is_null()) {
    causes.push_back({"FieldValueRequired", "Required value", "spec"});
    return;
  }
  if (!spec->is_object()) {
    causes.push_back(wrong_type("spec", *spec, "object"));
    return;
  }
  if (spec->count("replicas") == 0) causes.push_back({"FieldValueRequired", "Required value", "spec.replicas"});
  check_count(*spec, "replicas", INT32_MAX, causes);
  check_count(*spec, "ttlSeconds", INT64_MAX, causes);
  const auto prefix = spec->find("namePrefix");
  if (prefix != spec->end() && !prefix->is_string()) causes.push_back(wrong_type("spec.namePrefix", *prefix, "string"));
  check_names(*spec, causes);
}

void check_finalizers(const ResourceType& type, const std::string& name, const json& before, const json& object) {
  if (!is_marked(before)) return;
  std::string found;
  for (const auto& finalizer : object.at("metadata").value("finalizers", json::array())) {
    if (!finalizer.is_string() || has_finalizer(before, finalizer.get<std::string>())) continue;
    found += (found.empty() ? "" : ", ") + to_text(finalizer);
  }
  if (found.empty()) return;
  const std::string message =
      "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{" +
      found + "}";
  // Twice, as on a real server, which checks the metadata before the object and again with it.
  const Cause cause{"FieldValueForbidden", message, "metadata.finalizers"};
  throw StatusError(invalid(type, name, {cause, cause}));
}

void check_name(const ResourceType& type, const std::string& name, const json& object, std::vector<Cause>& causes) {
  const std::string prefix = string_member(object.at("metadata"), "generateName");
  if (!prefix.empty()) {
    // A prefix may end in a character that a name may not.
    add_problems(name_problems(type, prefix.back() == '-' ? prefix + "x" : prefix), prefix, "metadata.generateName",
                 causes);
  }
  if (name.empty()) {
    causes.push_back({"FieldValueRequired", "Required value: name or generateName is required", "metadata.name"});
    return;
  }
  add_problems(name_problems(type, name), name, "metadata.name", causes);
}

void check_owner(const json& owner, std::vector<Cause>& causes) {
  const auto invalid = [&](const std::string& field, const json& value, const std::string& problem) {
    causes.push_back(
        {"FieldValueInvalid", "Invalid value: " + to_text(value) + ": " + problem, "metadata.ownerReferences" + field});
  };
  const std::string version = string_member(owner, "apiVersion");
  const auto slashes = std::count(version.begin(), version.end(), '/');
  const std::string kind = string_member(owner, "kind");
  if (version.empty() || slashes > 1) invalid(".apiVersion", version, "version must not be empty");
  for (const char* field : {"kind", "name", "uid"}) {
    if (string_member(owner, field).empty()) invalid(std::string(".") + field, "", "must not be empty");
  }
  if (kind == "Event" && version == "v1") invalid("", owner, "/v1, Kind=Event is disallowed from being an owner");
}

void check_owners(const json& metadata, std::vector<Cause>& causes) {
  const json& owners = member_or_null(metadata, "ownerReferences");
  if (!owners.is_array()) return;
  std::string controller;
  for (const auto& owner : owners) {
    check_owner(owner, causes);
    if (member_or_null(owner, "controller") != json(true)) continue;
    const std::string one = string_member(owner, "kind") + "/" + string_member(owner, "name");
    if (!controller.empty()) {
      causes.push_back({"FieldValueInvalid",
                        "Invalid value: " + to_text(owners) +
                            ": Only one reference can have Controller set to true. Found \"true\" in references for " +
                            std::string(controller).append(" and ").append(one),
                        "metadata.ownerReferences"});
    }
    controller = one;
  }
}

void check_finalizer_names(const json& metadata, std::vector<Cause>& causes) {
  const json& finalizers = member_or_null(metadata, "finalizers");
  if (!finalizers.is_array()) return;
  std::set<std::string> found;
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    if (!finalizers[i].is_string()) continue;
    const auto& finalizer = finalizers[i].get_ref<const std::string&>();
    found.insert(finalizer);
    add_problems(find_format("qualified_name")(finalizer), finalizer, "metadata.finalizers", causes);
    add_problems(find_format("finalizer")(finalizer), finalizer, "metadata.finalizers[" + std::to_string(i) + "]",
                 causes);
  }
  if (found.count("orphan") != 0 && found.count("foregroundDeletion") != 0) {
    causes.push_back(
        {"FieldValueInvalid",
         "Invalid value: " + to_text(finalizers) + ": finalizer orphan and foregroundDeletion cannot be both set",
         "metadata.finalizers"});
  }
}

std::vector<Cause> custom_problems(const ResourceType& type, const json& object, const json* before) {
  if (is_definition(type)) {
    const bool is_same = before != nullptr && before->value("spec", json()) == object.value("spec", json());
    return is_same ? std::vector<Cause>{} : definition_problems(object, before);
  }
  if (type.schema == nullptr) return {};
  const bool is_of_status =
      type.has_status && before != nullptr && before->value("status", json()) != object.value("status", json());
  return is_of_status ? status_problems(*type.schema, object, *before) : schema_problems(*type.schema, object, before);
}

void append(std::vector<Cause>& causes, std::vector<Cause> more) {
  causes.insert(causes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// The API server checks some updates twice, so each cause appears twice.
void repeat_causes(const Type& type, std::vector<Cause>& causes) {
  if (causes.empty()) return;
  const auto& twice = validation_list("checkedTwice");
  const bool all = std::find(twice.begin(), twice.end(), type.name) != twice.end();
  const auto found = causes;
  for (const auto& cause : found) {
    if (all || cause.field == "metadata.labels" || cause.field == "metadata.annotations") causes.push_back(cause);
  }
}

// What the rules of the tables find; what they have of an object's metadata holds for custom types too.
void check_by_rules(const ResourceType& type, const json* before, const json& object, std::vector<Cause>& causes) {
  static const Type* const metadata_type = find_type("meta.v1.ObjectMeta");
  const Type* known = type.custom || &type == &fleet_type() ? nullptr : find_type(type.group, type.version, type.kind);
  if (known == nullptr) {
    return check_rules(*metadata_type, FieldPath{}.member("metadata"), object.at("metadata"), before, causes);
  }
  check_rules(*known, {}, object, before, causes);
  if (before != nullptr) repeat_causes(*known, causes);
  if (before != nullptr) check_change_rules(*known, *before, object, causes);
}

void check_object(const ResourceType& type, const std::string& name, const json* before, const json& object) {
  std::vector<Cause> causes;
  if (before == nullptr) check_name(type, name, object, causes);
  check_owners(object.at("metadata"), causes);
  check_finalizer_names(object.at("metadata"), causes);
  if (&type == &fleet_type()) check_fleet(object, causes);
  check_by_rules(type, before, object, causes);
  append(causes, custom_problems(type, object, before));
  if (!causes.empty()) throw StatusError(invalid(type, name, causes));
  if (before != nullptr) check_finalizers(type, name, *before, object);
}

}  // namespace

void refuse_type(const ResourceType& type, const std::string& field, const json& value, const std::string& expected) {
  throw StatusError(bad_request(type.kind + " in version \"" + type.version + "\" cannot be handled as a " + type.kind +
                                ": json: cannot unmarshal " + value.type_name() + " into Go struct field " + field +
                                " of type " + expected));
}

void check_envelope(const ResourceType& type, json& object) {
  if (!object.is_object()) {
    throw StatusError(bad_request("the object provided is unrecognized (must be of type " + type.kind +
                                  "): the body must be a JSON object"));
  }
  check_kind(type, object);
  check_metadata(type, object);
}

void check_cluster_label(const ResourceType& type, const std::string& name, const std::string& cluster) {
  const std::string problem = label_value_problem(cluster);
  if (problem.empty()) return;
  throw StatusError(invalid(
      type, name, {{"FieldValueInvalid", "Invalid value: \"" + cluster + "\": " + problem, "metadata.labels"}}));
}

std::vector<std::string> name_problems(const ResourceType& type, const std::string& name) {
  const auto& names = validation_names();
  const auto found = names.find(api_version(type) + "/" + type.kind);
  return find_format(found == names.end() ? "subdomain" : found->get_ref<const std::string&>())(name);
}

void check_valid(const ResourceType& type, const std::string& name, const json& object) {
  check_object(type, name, nullptr, object);
}

void check_valid_change(const ResourceType& type, const std::string& name, const json& before, const json& object) {
  check_object(type, name, &before, object);
}

}  // namespace kplane::testing::server
