#include "local_server/schema/structural_schema.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <string_view>

#include "local_server/base/json_text.hpp"
#include "local_server/schema/custom_schema.hpp"
#include "local_server/types/pattern.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr const char kIntOrString[] = "x-kubernetes-int-or-string";
constexpr const char kListType[] = "x-kubernetes-list-type";
constexpr const char kMapKeys[] = "x-kubernetes-list-map-keys";
constexpr const char kMapType[] = "x-kubernetes-map-type";

constexpr std::array<const char*, 6> kUnsupported = {"id",          "additionalItems", "patternProperties",
                                                     "definitions", "dependencies",    "$ref"};
constexpr std::array<const char*, 6> kTypes = {"array", "boolean", "integer", "number", "object", "string"};
constexpr std::array<const char*, 3> kJunctors = {"anyOf", "allOf", "oneOf"};

/// What only the structure itself may say, and none of its junctors.
constexpr std::array<std::pair<const char*, const char*>, 12> kOfStructure = {{{"type", "empty"},
                                                                               {"default", "undefined"},
                                                                               {"title", "empty"},
                                                                               {"description", "empty"},
                                                                               {"nullable", "false"},
                                                                               {"additionalProperties", "undefined"},
                                                                               {kPreservesFields, "false"},
                                                                               {kEmbedsObject, "false"},
                                                                               {kIntOrString, "false"},
                                                                               {kMapKeys, "empty"},
                                                                               {kListType, "undefined"},
                                                                               {kMapType, "undefined"}}};

enum class Level { root, item, field };

bool says(const json& schema, const char* name) {
  const json& value = member_or_null(schema, name);
  return !value.is_null() && value != false && !is_empty_text(value) && !(value.is_array() && value.empty());
}

std::string schema_type(const json& schema) { return string_member(schema, "type"); }

std::string index(const std::string& path, const char* name, std::size_t i) {
  return path + "." + name + "[" + std::to_string(i) + "]";
}

std::string key(const std::string& path, const std::string& name) { return path + ".properties[" + name + "]"; }

bool is_int_or_string_choice(const json& any_of) {
  static const json choice = json::parse(R"([{"type":"integer"},{"type":"string"}])");
  return any_of == choice;
}

class SchemaCheck {
 public:
  void check(const json& schema, const std::string& path) {
    if (is_true(schema, "nullable")) forbidden(path + ".nullable", "nullable cannot be true at the root");
    check_keywords(schema, path, true, "");
    const std::size_t before = causes_.size();
    check_structure(schema, Level::root, path);
    check_completeness(schema, path);
    if (causes_.size() == before) check_defaults(schema, path, true);
  }
  [[nodiscard]] std::vector<Cause> take_causes() { return std::move(causes_); }

 private:
  void add(const char* reason, const std::string& field, std::string message) {
    causes_.push_back({reason, std::move(message), field});
  }
  void forbidden(const std::string& field, const std::string& problem) {
    add("FieldValueForbidden", field, "Forbidden: " + problem);
  }
  void required(const std::string& field, const std::string& problem) {
    add("FieldValueRequired", field, "Required value: " + problem);
  }
  void invalid(const std::string& field, const json& value, const std::string& problem) {
    add("FieldValueInvalid", field, "Invalid value: " + to_text(value) + ": " + problem);
  }
  void unsupported(const std::string& field, const json& value, const std::string& supported) {
    add("FieldValueNotSupported", field, "Unsupported value: " + to_text(value) + ": supported values: " + supported);
  }
  // A missing type is "required", a wrong one "invalid".
  void wrong_type(const std::string& field, const std::string& type, const std::string& problem) {
    if (type.empty()) return required(field, problem);
    invalid(field, type, problem);
  }

  using Visit = std::function<void(const json& schema, const std::string& path)>;

  static void each_junctor(const json& schema, const std::string& path, const Visit& visit) {
    for (const char* name : kJunctors) {
      const json& list = member_or_null(schema, name);
      for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) visit(list[i], index(path, name, i));
    }
    if (member_or_null(schema, "not").is_object()) visit(schema["not"], path + ".not");
  }

  static void each_property(const json& schema, const std::function<void(const std::string&, const json&)>& visit) {
    const json& properties = member_or_null(schema, "properties");
    if (!properties.is_object()) return;
    for (const auto& [name, property] : properties.items()) visit(name, property);
  }

  // Keywords, whatever the structure.
  void check_keywords(const json& schema, const std::string& path, bool is_root, const std::string& no_default) {
    if (!no_default.empty() && says(schema, "default")) forbidden(path + ".default", "must not be set " + no_default);
    for (const char* name : kUnsupported) {
      if (says(schema, name) || (member_or_null(schema, name).is_boolean())) {
        forbidden(path + "." + name, std::string(name) + " is not supported");
      }
    }
    check_type_name(schema, path);
    check_fields(schema, path);
    check_list_type(schema, path);
    check_rules(schema, path);
    each_property(schema, [&](const std::string& name, const json& property) {
      const bool at_top = is_root && is_envelope_field(name);
      check_keywords(property, key(path, name), false, at_top ? "in top-level " + name : no_default);
    });
    for (const char* name : {"items", "additionalProperties"}) {
      if (member_or_null(schema, name).is_object()) check_keywords(schema[name], path + "." + name, false, no_default);
    }
    each_junctor(schema, path,
                 [&](const json& part, const std::string& where) { check_keywords(part, where, false, no_default); });
  }

  void check_type_name(const json& schema, const std::string& path) {
    const std::string type = schema_type(schema);
    if (type.empty()) return;
    if (std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end()) {
      unsupported(path + ".type", type, R"("array", "boolean", "integer", "number", "object", "string")");
    }
    if (type == "null") forbidden(path + ".type", "type cannot be set to null, use nullable as an alternative");
  }

  void check_fields(const json& schema, const std::string& path) {
    if (is_true(schema, "uniqueItems")) {
      forbidden(path + ".uniqueItems",
                "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
    }
    if (member_or_null(schema, "items").is_array()) {
      forbidden(path + ".items", "items must be a schema object and not an array");
    }
    const json& more = member_or_null(schema, "additionalProperties");
    if (says(schema, "properties") && (more.is_object() || more == false)) {
      forbidden(path + ".additionalProperties", "additionalProperties and properties are mutual exclusive");
    }
    if (member_or_null(schema, kPreservesFields) == false) {
      invalid(path + "." + kPreservesFields, false, "must be true or undefined");
    }
    const std::string map_type = string_member(schema, kMapType);
    if (map_type.empty()) return;
    if (schema_type(schema) != "object") {
      wrong_type(path + ".type", schema_type(schema), "must be object if x-kubernetes-map-type is specified");
    }
    if (map_type != "atomic" && map_type != "granular") {
      unsupported(path + "." + kMapType, map_type, R"("atomic", "granular")");
    }
  }

  void check_list_type(const json& schema, const std::string& path) {
    const std::string list_type = string_member(schema, kListType);
    const json& items = member_or_null(schema, "items");
    if (says(schema, kMapKeys) && list_type != "map") {
      wrong_type(path + "." + kListType, list_type, "must be map if x-kubernetes-list-map-keys is non-empty");
    }
    if (list_type.empty()) return;
    if (schema_type(schema) != "array") {
      wrong_type(path + ".type", schema_type(schema), "must be array if x-kubernetes-list-type is specified");
    } else if (list_type == "set" && items.is_object()) {
      check_set_item(items, path + ".items");
    }
    if (list_type != "atomic" && list_type != "set" && list_type != "map") {
      unsupported(path + "." + kListType, list_type, R"("atomic", "set", "map")");
    }
    if (list_type == "map") check_map_list(schema, items, path);
    if ((list_type == "map" || list_type == "set") && is_true(items, "nullable")) {
      forbidden(path + ".items.nullable", "cannot be nullable when x-kubernetes-list-type is " + list_type);
    }
  }

  void check_set_item(const json& item, const std::string& path) {
    const char* problem = "must be atomic as item of a list with x-kubernetes-list-type=set";
    const json& list_type = member_or_null(item, kListType);
    if (schema_type(item) == "array" && !list_type.is_null() && list_type != "atomic") {
      invalid(path + "." + kListType, list_type, problem);
    }
    if (schema_type(item) == "object" && member_or_null(item, kMapType) != "atomic") {
      invalid(path + "." + kMapType, list_type, problem);
    }
  }

  void check_map_list(const json& schema, const json& items, const std::string& path) {
    if (!says(schema, kMapKeys)) {
      required(path + "." + kMapKeys, "must not be empty if x-kubernetes-list-type is map");
    }
    if (items.is_null()) required(path + ".items", "must have a schema if x-kubernetes-list-type is map");
    if (!items.is_object()) return;
    if (schema_type(items) != "object") {
      return invalid(path + ".items.type", schema_type(items),
                     "must be object if parent array's x-kubernetes-list-type is map");
    }
    const json& keys = member_or_null(schema, kMapKeys);
    std::set<json> seen;
    for (const auto& name : keys.is_array() ? keys : json::array()) {
      if (name.is_string()) check_map_key(items, name, keys, path);
      if (!seen.insert(name).second) invalid(path + "." + kMapKeys, keys, "must not contain duplicate entries");
    }
  }

  void check_map_key(const json& items, const std::string& name, const json& keys, const std::string& path) {
    const json& property = member_or_null(member_or_null(items, "properties"), name.c_str());
    if (property.is_null()) {
      return invalid(path + "." + kMapKeys, keys, "entries must all be names of item properties");
    }
    const std::string where = key(path + ".items", name);
    const std::string type = schema_type(property);
    if (type == "array" || type == "object") {
      invalid(where + ".type", schema_type(items),
              "must be a scalar type if parent array's x-kubernetes-list-type is map");
    }
    const json& all = member_or_null(items, "required");
    const bool is_required = all.is_array() && std::find(all.begin(), all.end(), name) != all.end();
    if (!is_required && !says(property, "default")) {
      required(where + ".default",
               "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property");
    }
    if (is_true(property, "nullable")) {
      forbidden(where + ".nullable", "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
    }
  }

  void check_rules(const json& schema, const std::string& path) {
    const json& rules = member_or_null(schema, "x-kubernetes-validations");
    const auto is_blank = [](const std::string& text) {
      return text.find_first_not_of(" \t\r\n") == std::string::npos;
    };
    for (std::size_t i = 0; rules.is_array() && i < rules.size(); ++i) {
      const std::string where = index(path, "x-kubernetes-validations", i);
      const std::string rule = string_member(rules[i], "rule");
      const std::string message = string_member(rules[i], "message");
      if (is_blank(rule)) {
        required(where + ".rule", "rule is not specified");
      } else if (!message.empty() && is_blank(message)) {
        invalid(where + ".message", message, "must be non-empty if specified");
      } else if (message.find('\n') != std::string::npos) {
        invalid(where + ".message", message, "must not contain line breaks");
      } else if (rule.find('\n') != std::string::npos && message.empty()) {
        required(where + ".message", "message must be specified if rule contains line breaks");
      }
    }
  }

  // The structure: a type for each field, and the requirements of the extensions.
  void check_structure(const json& schema, Level level, const std::string& path) {
    if (level == Level::root && !member_or_null(schema, "additionalProperties").is_null()) {
      forbidden(path + ".additionalProperties", "must not be used at the root");
    }
    if (schema_type(schema) == "array" && member_or_null(schema, "items").is_null()) {
      required(path + ".items", "must be specified");
    }
    if (member_or_null(schema, "items").is_object()) check_structure(schema["items"], Level::item, path + ".items");
    each_property(schema, [&](const std::string& name, const json& property) {
      check_structure(property, Level::field, key(path, name));
    });
    const json& more = member_or_null(schema, "additionalProperties");
    if (more.is_object()) check_structure(more, Level::field, path + ".additionalProperties");
    check_extensions(schema, level, path);
    check_envelope(schema, level, path);
    check_values(schema, path);
  }

  void check_extensions(const json& schema, Level level, const std::string& path) {
    const std::string type = schema_type(schema);
    const bool either = is_true(schema, kIntOrString);
    if (either && is_true(schema, kPreservesFields)) {
      invalid(path + "." + kPreservesFields, true, "must be false if x-kubernetes-int-or-string is true");
    }
    if (either && is_true(schema, kEmbedsObject)) {
      invalid(path + "." + kEmbedsObject, true, "must be false if x-kubernetes-int-or-string is true");
    }
    if (is_true(schema, kEmbedsObject)) return check_embedding(schema, type, path);
    if (type.empty() && !either && !is_true(schema, kPreservesFields)) {
      static constexpr std::array<const char*, 3> where = {"at the root", "for specified array items",
                                                           "for specified object fields"};
      required(path + ".type", std::string("must not be empty ") + where[static_cast<std::size_t>(level)]);
    }
    if (level == Level::root && !type.empty() && type != "object") {
      invalid(path + ".type", type, "must be object at the root");
    }
  }

  void check_embedding(const json& schema, const std::string& type, const std::string& path) {
    if (type != "object") {
      wrong_type(path + ".type", type, "must be object if x-kubernetes-embedded-resource is true");
    }
    if (says(schema, "additionalProperties")) {
      forbidden(path + ".additionalProperties", "must not be used if x-kubernetes-embedded-resource is set");
    }
    if (!is_true(schema, kPreservesFields) && member_or_null(schema, "properties").empty()) {
      required(path + ".properties",
               "must not be empty if x-kubernetes-embedded-resource is true without "
               "x-kubernetes-preserve-unknown-fields");
    }
  }

  void check_envelope(const json& schema, Level level, const std::string& path) {
    if (level != Level::root && !is_true(schema, kEmbedsObject)) return;
    for (const char* name : {"kind", "apiVersion"}) {
      const json& property = member_or_null(member_or_null(schema, "properties"), name);
      if (!property.is_null() && schema_type(property) != "string") {
        invalid(key(path, name) + ".type", schema_type(property), "must be string");
      }
    }
    const json& metadata = member_or_null(member_or_null(schema, "properties"), "metadata");
    if (metadata.is_null()) return;
    const std::string where = key(path, "metadata");
    if (schema_type(metadata) != "object") {
      invalid(where + ".type", schema_type(metadata), "must be object");
    } else if (level == Level::root && says_more_than_names(metadata)) {
      forbidden(where,
                "must not specify anything other than name and generateName, but metadata is implicitly specified");
    }
  }

  static bool says_more_than_names(const json& metadata) {
    bool more = false;
    for (const auto& [name, value] : metadata.items()) more = more || (name != "type" && name != "properties");
    each_property(metadata, [&](const std::string& name, const json&) {
      more = more || (name != "name" && name != "generateName");
    });
    return more;
  }

  // The junctors constrain values, but not the structure.
  void check_values(const json& schema, const std::string& path) {
    check_pattern(schema, path);
    const bool either = is_true(schema, kIntOrString);
    each_junctor(schema, path, [&](const json& part, const std::string& where) {
      if (either && where == path + ".anyOf[0]" && is_int_or_string_choice(schema["anyOf"])) return;
      if (either && where == path + ".anyOf[1]" && is_int_or_string_choice(schema["anyOf"])) return;
      const bool allows_choice =
          either && where == path + ".allOf[0]" && is_int_or_string_choice(member_or_null(part, "anyOf"));
      check_part(part, where, allows_choice);
    });
  }

  void check_part(const json& part, const std::string& path, bool allows_choice = false) {
    check_pattern(part, path);
    for (const auto& [name, wanted] : kOfStructure) {
      if (says(part, name)) forbidden(path + "." + name, std::string("must be ") + wanted + " to be structural");
    }
    if (!member_or_null(member_or_null(part, "properties"), "metadata").is_null()) {
      forbidden(key(path, "metadata"), "must not be specified in a nested context");
    }
    if (member_or_null(part, "items").is_object()) check_part(part["items"], path + ".items");
    each_property(part, [&](const std::string& name, const json& field) { check_part(field, key(path, name)); });
    each_junctor(part, path, [&](const json& inner, const std::string& where) {
      if (!allows_choice || where.compare(0, path.size() + 6, path + ".anyOf") != 0) check_part(inner, where);
    });
  }

  void check_pattern(const json& schema, const std::string& path) {
    const std::string pattern = string_member(schema, "pattern");
    if (pattern.empty()) return;
    try {
      static_cast<void>(Pattern(pattern));
    } catch (const PatternError& error) {
      invalid(path + ".pattern", pattern,
              std::string("must be a valid regular expression, but isn't: ") + error.what());
    }
  }

  // Fields in a junctor must be part of the structure.
  void check_completeness(const json& schema, const std::string& path) {
    each_junctor(schema, path,
                 [&](const json& part, const std::string& where) { check_known(part, schema, where, path); });
    if (member_or_null(schema, "items").is_object()) check_completeness(schema["items"], path + ".items");
    each_property(
        schema, [&](const std::string& name, const json& property) { check_completeness(property, key(path, name)); });
    const json& more = member_or_null(schema, "additionalProperties");
    if (more.is_object()) check_completeness(more, path + ".additionalProperties");
  }

  void check_known(const json& part, const json& schema, const std::string& at, const std::string& path) {
    if (schema.is_null()) return required(path, "because it is defined in " + at);
    if (member_or_null(part, "items").is_object()) {
      check_known(part["items"], member_or_null(schema, "items"), at + ".items", path + ".items");
    }
    each_property(part, [&](const std::string& name, const json& field) {
      check_known(field, member_or_null(member_or_null(schema, "properties"), name.c_str()), key(at, name),
                  key(path, name));
    });
    each_junctor(part, at,
                 [&](const json& inner, const std::string& where) { check_known(inner, schema, where, path); });
  }

  void check_defaults(const json& schema, const std::string& path, bool is_root) {
    const json& value = member_or_null(schema, "default");
    if (!value.is_null()) check_default(schema, value, path + ".default", is_root);
    if (member_or_null(schema, "items").is_object()) check_defaults(schema["items"], path + ".items", false);
    each_property(schema, [&](const std::string& name, const json& property) {
      check_defaults(property, key(path, name), false);
    });
    const json& more = member_or_null(schema, "additionalProperties");
    if (more.is_object()) check_defaults(more, path + ".additionalProperties", false);
  }

  void check_default(const json& schema, const json& value, const std::string& path, bool is_root) {
    json pruned = value;
    if (!prune_and_default(schema, pruned, is_root).empty()) {
      return invalid(path, value, "must not have unknown fields");
    }
    json bare = schema;
    if (is_root) bare[kEmbedsObject] = true;
    for (auto& cause : schema_problems(bare, value)) {
      if (cause.field.empty() || cause.field.front() == '[') {
        cause.field = path + cause.field;
      } else if (cause.field != "<nil>") {
        cause.field = path + "." + cause.field;
      }
      causes_.push_back(std::move(cause));
    }
  }

  std::vector<Cause> causes_;
};

}  // namespace

std::vector<Cause> structural_problems(const json& schema, const std::string& path) {
  SchemaCheck check;
  check.check(schema, path);
  return check.take_causes();
}

std::string type_at(const json& schema, const std::string& json_path) {
  const json* at = &schema;
  std::size_t start = 1;
  while (start <= json_path.size()) {
    const std::size_t end = std::min(json_path.find('.', start), json_path.size());
    at = &member_or_null(member_or_null(*at, "properties"), json_path.substr(start, end - start).c_str());
    start = end + 1;
  }
  return schema_type(*at);
}

}  // namespace kplane::testing::server
