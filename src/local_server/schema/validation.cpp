#include "local_server/schema/validation.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "local_server/base/characters.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/schema/bindings.hpp"
#include "local_server/schema/custom_definitions.hpp"
#include "local_server/schema/custom_schema.hpp"
#include "local_server/schema/deletion_mark.hpp"
#include "local_server/schema/object_metadata.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxSubdomain = 253;
constexpr std::size_t kMaxLabel = 63;

bool is_label(std::string_view text) {
  if (text.empty() || !is_lower_alphanumeric(text.front()) || !is_lower_alphanumeric(text.back())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_lower_alphanumeric(c) || c == '-'; });
}

bool is_subdomain(std::string_view text) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

std::string too_long(std::size_t limit) { return "must be no more than " + std::to_string(limit) + " characters"; }

std::string subdomain_problem(const std::string& name) {
  if (name.size() > kMaxSubdomain) return too_long(kMaxSubdomain);
  if (is_subdomain(name)) return {};
  return "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
         "start "
         "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
         "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
}

std::string label_problem(const std::string& name) {
  if (name.size() > kMaxLabel) return too_long(kMaxLabel);
  if (is_label(name)) return {};
  return "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
         "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
         "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
}

std::string path_segment_problem(const std::string& name) {
  if (name == "." || name == "..") return "may not be '" + name + "'";
  for (const char c : {'/', '%'}) {
    if (name.find(c) != std::string::npos) return std::string("may not contain '") + c + "'";
  }
  return {};
}

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
  // Twice, as by a real server: it checks the metadata before the object, and with it once more.
  const Cause cause{"FieldValueForbidden", message, "metadata.finalizers"};
  throw StatusError(invalid(type, name, {cause, cause}));
}

std::size_t text_bytes(const json& object, const char* field) {
  std::size_t bytes = 0;
  const auto found = object.find(field);
  if (found == object.end() || !found->is_object()) return 0;
  for (const json& value : *found) bytes += value.is_string() ? value.get_ref<const std::string&>().size() : 0;
  return bytes;
}

// Of a ConfigMap's and a Secret's data, decoded.
void check_data_size(const ResourceType& type, const json& object, std::vector<Cause>& causes) {
  constexpr std::size_t most = 1'048'576;
  const bool is_secret = type.resource == "secrets";
  if (!type.group.empty() || (!is_secret && type.resource != "configmaps")) return;
  const auto decoded = [](std::size_t base64) { return base64 / 4 * 3; };
  const std::size_t data = text_bytes(object, "data");
  const std::size_t bytes = is_secret ? decoded(data) : data + decoded(text_bytes(object, "binaryData"));
  if (bytes <= most) return;
  causes.push_back({"FieldValueTooLong", "Too long: may not be more than " + std::to_string(most) + " bytes",
                    is_secret ? "data" : "[]"});
}

void append(std::vector<Cause>& causes, std::vector<Cause> more) {
  causes.insert(causes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
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

std::string label_value_problem(std::string_view value) {
  if (value.size() > kMaxLabel) return too_long(kMaxLabel);
  const auto allowed = [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; };
  const bool ends_well = value.empty() || (is_alphanumeric(value.front()) && is_alphanumeric(value.back()));
  if (ends_well && std::all_of(value.begin(), value.end(), allowed)) return {};
  return "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
         "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
         "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
}

void check_cluster_label(const ResourceType& type, const std::string& name, const std::string& cluster) {
  const std::string problem = label_value_problem(cluster);
  if (problem.empty()) return;
  throw StatusError(invalid(
      type, name, {{"FieldValueInvalid", "Invalid value: \"" + cluster + "\": " + problem, "metadata.labels"}}));
}

std::string name_problem(const ResourceType& type, const std::string& name) {
  if (type.name_rule == NameRule::label) return label_problem(name);
  if (type.name_rule == NameRule::path_segment) return path_segment_problem(name);
  return subdomain_problem(name);
}

void check_valid(const ResourceType& type, const std::string& name, const json& object) {
  std::vector<Cause> causes;
  if (name.empty()) {
    causes.push_back({"FieldValueRequired", "Required value: name or generateName is required", "metadata.name"});
  } else if (const std::string problem = name_problem(type, name); !problem.empty()) {
    causes.push_back({"FieldValueInvalid", "Invalid value: \"" + name + "\": " + problem, "metadata.name"});
  }
  if (&type == &fleet_type()) check_fleet(object, causes);
  check_data_size(type, object, causes);
  append(causes, ownership_problems(object.at("metadata")));
  if (is_definition(type)) append(causes, definition_problems(object));
  if (is_binding(type)) append(causes, binding_problems(type, object));
  if (type.schema != nullptr) append(causes, schema_problems(*type.schema, object));
  if (!causes.empty()) throw StatusError(invalid(type, name, causes));
}

void check_valid_change(const ResourceType& type, const std::string& name, const json& before, const json& object) {
  check_valid(type, name, object);
  check_finalizers(type, name, before, object);
  if (!is_binding(type)) return;
  const auto causes = rebinding_problems(before, object);
  if (!causes.empty()) throw StatusError(invalid(type, name, causes));
}

}  // namespace kplane::testing::server
