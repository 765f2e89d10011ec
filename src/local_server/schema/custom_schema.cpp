// Pruning, defaulting and validation of custom objects.
#include "local_server/schema/custom_schema.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

const json* part_of(const json& schema, const char* name) {
  const auto part = schema.find(name);
  return part != schema.end() && part->is_object() ? &*part : nullptr;
}

bool is_set(const json& schema, const char* flag) {
  const auto found = schema.find(flag);
  return found != schema.end() && found->is_boolean() && found->get<bool>();
}

std::string joined(const std::string& path, const std::string& field) {
  return path.empty() ? field : path + "." + field;
}

bool is_envelope(const std::string& path, const std::string& field) {
  return path.empty() && (field == "apiVersion" || field == "kind" || field == "metadata");
}

const json* schema_of_member(const json& schema, const std::string& name) {
  const json* properties = part_of(schema, "properties");
  if (properties != nullptr) {
    if (const json* member = part_of(*properties, name.c_str())) return member;
  }
  return part_of(schema, "additionalProperties");
}

void fill_defaults(const json& schema, json& object) {
  const json* properties = part_of(schema, "properties");
  if (properties == nullptr) return;
  for (const auto& [name, property] : properties->items()) {
    if (property.is_object() && property.contains("default") && !object.contains(name)) {
      object[name] = property["default"];
    }
  }
}

/// Whether a schema lets fields through that it does not name.
bool is_open(const json& schema) {
  return is_set(schema, "x-kubernetes-preserve-unknown-fields") || is_set(schema, "additionalProperties");
}

class Pruner {
 public:
  void prune(const json& schema, json& value, const std::string& path) {
    if (value.is_array()) {
      prune_items(schema, value, path);
    } else if (value.is_object()) {
      prune_members(schema, value, path);
    }
  }
  [[nodiscard]] std::vector<std::string> take_paths() { return std::move(paths_); }

 private:
  void prune_items(const json& schema, json& value, const std::string& path) {
    const json* items = part_of(schema, "items");
    if (items == nullptr) return;
    for (std::size_t i = 0; i < value.size(); ++i) prune(*items, value[i], path + "[" + std::to_string(i) + "]");
  }

  void prune_members(const json& schema, json& value, const std::string& path) {
    if (is_set(schema, "x-kubernetes-embedded-resource")) return;
    fill_defaults(schema, value);
    for (auto member = value.begin(); member != value.end();) {
      const std::string where = joined(path, member.key());
      const json* member_schema = schema_of_member(schema, member.key());
      if (is_envelope(path, member.key()) || (member_schema == nullptr && is_open(schema))) {
        ++member;
      } else if (member_schema == nullptr) {
        paths_.push_back(where);
        member = value.erase(member);
      } else {
        prune(*member_schema, *member, where);
        ++member;
      }
    }
  }

  std::vector<std::string> paths_;
};

// The names that Go's validator has for what it found.
std::string type_name(const json& value) {
  if (value.is_number_integer()) return "integer";
  if (value.is_number()) return "number";
  return value.type_name();
}

bool has_type(const json& value, const std::string& type) {
  if (type == "integer") {
    return value.is_number_integer() || (value.is_number_float() && std::floor(value.get<double>()) == value);
  }
  return type == "number" ? value.is_number() : type_name(value) == type;
}

class Validator {
 public:
  void check(const json& schema, const json& value, const std::string& path) {
    if (value.is_null() && is_set(schema, "nullable")) return;
    if (!check_type(schema, value, path)) return;
    check_enum(schema, value, path);
    check_range(schema, value, path);
    if (value.is_object()) check_members(schema, value, path);
    if (value.is_array()) check_items(schema, value, path);
  }
  [[nodiscard]] std::vector<Cause> take_causes() { return std::move(causes_); }

 private:
  bool check_type(const json& schema, const json& value, const std::string& path) {
    const bool either = is_set(schema, "x-kubernetes-int-or-string");
    if (either && (value.is_string() || value.is_number_integer())) return true;
    const std::string type = either ? "integer,string" : string_member(schema, "type");
    if (type.empty() || has_type(value, type)) return true;
    const std::string found = type_name(value);
    causes_.push_back(
        {"FieldValueTypeInvalid",
         "Invalid value: \"" + found + "\": " + path + " in body must be of type " + type + ": \"" + found + "\"",
         path});
    return false;
  }

  void check_enum(const json& schema, const json& value, const std::string& path) {
    const auto allowed = schema.find("enum");
    if (allowed == schema.end() || !allowed->is_array()) return;
    if (std::find(allowed->begin(), allowed->end(), value) != allowed->end()) return;
    std::string list;
    for (const auto& each : *allowed) list += (list.empty() ? "" : ", ") + to_text(each);
    causes_.push_back(
        {"FieldValueNotSupported", "Unsupported value: " + to_text(value) + ": supported values: " + list, path});
  }

  void check_range(const json& schema, const json& value, const std::string& path) {
    if (!value.is_number()) return;
    const auto minimum = schema.find("minimum");
    const auto maximum = schema.find("maximum");
    if (minimum != schema.end() && minimum->is_number() && value < *minimum) {
      out_of_range(value, path, "greater than or equal to ", *minimum);
    }
    if (maximum != schema.end() && maximum->is_number() && value > *maximum) {
      out_of_range(value, path, "less than or equal to ", *maximum);
    }
  }

  void out_of_range(const json& value, const std::string& path, const char* relation, const json& limit) {
    causes_.push_back(
        {"FieldValueInvalid",
         "Invalid value: " + to_text(value) + ": " + path + " in body should be " + relation + to_text(limit), path});
  }

  void check_members(const json& schema, const json& value, const std::string& path) {
    const auto required = schema.find("required");
    if (required != schema.end() && required->is_array()) check_required(*required, value, path);
    for (const auto& [name, child] : value.items()) {
      const json* member = schema_of_member(schema, name);
      if (member != nullptr && !is_envelope(path, name)) check(*member, child, joined(path, name));
    }
  }

  void check_required(const json& required, const json& value, const std::string& path) {
    for (const auto& name : required) {
      if (!name.is_string() || value.contains(name.get<std::string>())) continue;
      causes_.push_back({"FieldValueRequired", "Required value", joined(path, name.get<std::string>())});
    }
  }

  void check_items(const json& schema, const json& value, const std::string& path) {
    const json* items = part_of(schema, "items");
    if (items == nullptr) return;
    for (std::size_t i = 0; i < value.size(); ++i) check(*items, value[i], path + "[" + std::to_string(i) + "]");
  }

  std::vector<Cause> causes_;
};

}  // namespace

std::vector<std::string> prune_and_default(const json& schema, json& object) {
  Pruner pruner;
  pruner.prune(schema, object, "");
  return pruner.take_paths();
}

std::vector<Cause> schema_problems(const json& schema, const json& object) {
  Validator validator;
  validator.check(schema, object, "");
  return validator.take_causes();
}

}  // namespace kplane::testing::server
