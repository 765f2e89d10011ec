#include "local_server/schema/custom_schema.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include <arpa/inet.h>

#include "local_server/base/json_text.hpp"
#include "local_server/types/pattern.hpp"
#include "local_server/types/types.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr double kLargestWhole = 9007199254740991;  // Go's validator does not treat a larger float as an integer

const json* member_of(const json& object, const char* name) {
  const auto part = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && part != object.end() ? &*part : nullptr;
}

const json* part_of(const json& schema, const char* name) {
  const json* part = member_of(schema, name);
  return part != nullptr && part->is_object() ? part : nullptr;
}

std::string joined(const std::string& path, const std::string& field) {
  return path.empty() ? field : path + "." + field;
}

std::string at_index(const std::string& path, std::size_t i) { return path + "[" + std::to_string(i) + "]"; }

const json* property_of(const json& schema, const std::string& name) {
  const json* properties = part_of(schema, "properties");
  return properties == nullptr ? nullptr : part_of(*properties, name.c_str());
}

const json* schema_of_member(const json& schema, const std::string& name) {
  static const json unspecified = json::object();
  if (const json* property = property_of(schema, name)) return property;
  if (is_true(schema, "additionalProperties")) return &unspecified;
  return part_of(schema, "additionalProperties");
}

class Pruner {
 public:
  /// @param fills whether to fill in defaults and remove nulls
  explicit Pruner(bool fills) : fills_(fills) {}

  void prune(const json& schema, json& value, const std::string& path, bool is_resource) {
    if (value.is_array()) {
      static const json unspecified = json::object();
      const json* items = part_of(schema, "items");
      if (items == nullptr && is_true(schema, kPreservesFields)) return;
      for (std::size_t i = 0; i < value.size(); ++i) {
        prune(items == nullptr ? unspecified : *items, value[i], at_index(path, i), false);
      }
    } else if (value.is_object()) {
      prune_members(schema, value, path, is_resource || is_true(schema, kEmbedsObject));
    }
  }
  [[nodiscard]] std::vector<std::string> take_paths() { return std::move(paths_); }

 private:
  static void fill_defaults(const json& schema, json& object) {
    const json* properties = part_of(schema, "properties");
    if (properties == nullptr) return;
    for (const auto& [name, property] : properties->items()) {
      const json* value = member_of(property, "default");
      if (value == nullptr || value->is_null()) continue;
      const json* there = member_of(object, name.c_str());
      if (there == nullptr || (there->is_null() && !is_true(property, "nullable"))) object[name] = *value;
    }
  }

  void prune_metadata(json& metadata, const std::string& path) {
    static const Type* type = find_type("meta.v1.ObjectMeta");
    if (type == nullptr || !metadata.is_object()) return;
    for (auto member = metadata.begin(); member != metadata.end();) {
      if (type->find(member.key()) != nullptr) {
        ++member;
        continue;
      }
      paths_.push_back(joined(path, member.key()));
      member = metadata.erase(member);
    }
  }

  void prune_members(const json& schema, json& value, const std::string& path, bool is_resource) {
    const bool preserves = is_true(schema, kPreservesFields);
    if (fills_) fill_defaults(schema, value);
    for (auto member = value.begin(); member != value.end();) {
      const std::string where = joined(path, member.key());
      const json* member_schema = schema_of_member(schema, member.key());
      if (is_resource && is_envelope_field(member.key())) {
        if (member.key() == "metadata") prune_metadata(*member, where);
        ++member;
      } else if (member_schema == nullptr && !preserves) {
        paths_.push_back(where);
        member = value.erase(member);
      } else if (fills_ && member_schema != nullptr && member->is_null() && !is_true(*member_schema, "nullable")) {
        member = value.erase(member);
      } else {
        if (member_schema != nullptr) prune(*member_schema, *member, where, false);
        ++member;
      }
    }
  }

  const bool fills_;
  std::vector<std::string> paths_;
};

// Go writes a float without a fraction as an integer.
void write_whole_numbers(json& value) {
  if (value.is_number_float()) {
    const double number = value.get<double>();
    if (std::trunc(number) == number && std::fabs(number) < 9.2e18) value = static_cast<std::int64_t>(number);
  } else if (value.is_structured()) {
    for (auto& child : value) write_whole_numbers(child);
  }
}

// The type names of Go's validator.
std::string type_name(const json& value) {
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) return "number";
  if (value.is_number_integer()) return "integer";
  if (value.is_number_float() && std::floor(value.get<double>()) == value.get<double>() &&
      std::fabs(value.get<double>()) <= kLargestWhole) {
    return "integer";
  }
  return value.is_number() ? "number" : value.type_name();
}

bool has_type(const json& value, const std::string& type) {
  return type == "number" ? value.is_number() : type_name(value) == type;
}

bool is_address(const std::string& text, int family) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(family, text.c_str(), bytes.data()) == 1;
}

bool is_network(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return false;
  const std::string bits = text.substr(slash + 1);
  const bool is_number = !bits.empty() && bits.size() <= 3 && bits.find_first_not_of("0123456789") == std::string::npos;
  const std::string address = text.substr(0, slash);
  const int most = is_address(address, AF_INET) ? 32 : is_address(address, AF_INET6) ? 128 : -1;
  return is_number && std::stoi(bits) <= most;
}

struct CheckedFormat {
  const char* name;
  const char* pattern;  ///< empty: anything
};

constexpr const char kDateTime[] =
    R"(^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?([Zz]|[+-][0-9]{2}:?[0-9]{2})$)";

// The regular expressions of go-openapi's formats; addresses and networks are checked in code.
constexpr CheckedFormat kFormats[] = {
    {"date-time", kDateTime},
    {"datetime", kDateTime},
    {"date", R"(^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$)"},
    {"duration",
     R"(^([+-]?([0-9]*\.?[0-9]+(ns|us|µs|ms|s|m|h))+|0|([0-9]+ ?(ns|nanoseconds?|us|microseconds?|ms|milliseconds?|s|sec|seconds?|m|min|minutes?|h|hours?|hr|d|days?|w|weeks?|wk) ?)+)$)"},
    {"email", R"(^[^@\s<>()]+@[^@\s<>()]+$)"},
    {"uuid", R"((?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$)"},
    {"uuid3", R"((?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$)"},
    {"uuid4", R"((?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$)"},
    {"uuid5", R"((?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$)"},
    {"mac",
     R"((?i)^(([0-9a-f]{2}[:-]){5}[0-9a-f]{2}|([0-9a-f]{2}[:-]){7}[0-9a-f]{2}|([0-9a-f]{4}\.){2}[0-9a-f]{4}|([0-9a-f]{4}\.){3}[0-9a-f]{4})$)"},
    {"byte", R"(^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$)"},
    {"uri", R"(^([A-Za-z][A-Za-z0-9+.-]*:[^\s\[]+|/[^\s]*)$)"},
    {"hostname",
     R"(^[A-Za-z0-9](-?[A-Za-z0-9]{0,62})?$|^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$)"},
    {"hexcolor", R"(^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$)"},
    {"rgbcolor", R"(^rgb\(\s*[0-9]{1,3}\s*,\s*[0-9]{1,3}\s*,\s*[0-9]{1,3}\s*\)$)"},
    {"isbn", R"(^[0-9][0-9 -]{8,16}[0-9Xx]$)"},
    {"isbn10", R"(^[0-9][0-9 -]{7,11}[0-9Xx]$)"},
    {"isbn13", R"(^97[89][0-9 -]{10,14}$)"},
    {"creditcard", R"(^[0-9 -]{13,23}$)"},
    {"ssn", R"(^[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}$)"},
    {"bsonobjectid", R"(^[0-9a-fA-F]{24}$)"},
    {"ipv4", ""},
    {"ipv6", ""},
    {"cidr", ""},
    {"password", ""},
    {"int32", ""},
    {"int64", ""},
    {"float", ""},
    {"double", ""},
};

const CheckedFormat* format_named(const std::string& name) {
  const auto found = std::find_if(std::begin(kFormats), std::end(kFormats),
                                  [&](const CheckedFormat& format) { return name == format.name; });
  return found == std::end(kFormats) ? nullptr : found;
}

bool has_format(const std::string& text, const std::string& name) {
  if (name == "ipv4") return is_address(text, AF_INET);
  if (name == "ipv6") return is_address(text, AF_INET6);
  if (name == "cidr") return is_network(text);
  const CheckedFormat* format = format_named(name);
  return format == nullptr || *format->pattern == '\0' || Pattern(format->pattern).matches(text);
}

std::size_t character_count(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string quoted_value(const json& value) { return value.is_string() ? to_text(value) : quoted_text(to_text(value)); }

/// The identity of a list item: the item itself in a set, its keys in a map.
json identity_of(const json& schema, const json& item) {
  const json* keys = member_of(schema, "x-kubernetes-list-map-keys");
  if (keys == nullptr || !keys->is_array()) return item;
  json identity = json::object();
  for (const auto& key : *keys) {
    const json* value = key.is_string() ? member_of(item, key.get_ref<const std::string&>().c_str()) : nullptr;
    if (value != nullptr) identity[key.get<std::string>()] = *value;
  }
  return identity;
}

class Validator {
 public:
  void check(const json& schema, const json& value, const std::string& path, const json* before) {
    if (before != nullptr && *before == value) return;
    if (value.is_null() && is_true(schema, "nullable")) return;
    check_type(schema, value, path);
    check_junctors(schema, value, path, before);
    if (value.is_string()) check_string(schema, value, path);
    if (value.is_number()) check_number(schema, value, path);
    check_enum(schema, value, path);
    if (value.is_object()) check_object(schema, value, path, before);
    if (value.is_array()) check_list(schema, value, path, before);
  }
  [[nodiscard]] std::vector<Cause> take_causes() { return std::move(causes_); }

 private:
  void add(const char* reason, const std::string& path, std::string message) {
    causes_.push_back({reason, std::move(message), path});
  }
  void invalid(const json& value, const std::string& path, const std::string& problem) {
    add("FieldValueInvalid", path, "Invalid value: " + to_text(value) + ": " + path + " in body should " + problem);
  }
  void wrong_type(const std::string& shown, const std::string& path, const std::string& type) {
    add("FieldValueTypeInvalid", path,
        "Invalid value: " + shown + ": " + path + " in body must be of type " + type + ": " + shown);
  }

  void check_type(const json& schema, const json& value, const std::string& path) {
    const bool either = is_true(schema, "x-kubernetes-int-or-string");
    const std::string found = type_name(value);
    if (either && (found == "string" || found == "integer")) return;
    const std::string type = either ? "integer,string" : string_member(schema, "type");
    if (type.empty() || (!either && has_type(value, type))) return;
    wrong_type("\"" + found + "\"", path, type);
  }

  static std::vector<Cause> causes_of(const json& schema, const json& value, const std::string& path,
                                      const json* before) {
    Validator validator;
    validator.check(schema, value, path, before);
    return validator.take_causes();
  }

  void append(const std::vector<Cause>& more) { causes_.insert(causes_.end(), more.begin(), more.end()); }

  void refuse_junctor(const std::string& path, const std::string& problem) {
    add("FieldValueInvalid", "<nil>", R"(Invalid value: "": ")" + path + "\" must " + problem);
  }

  void check_junctors(const json& schema, const json& value, const std::string& path, const json* before) {
    check_alternatives(schema, "anyOf", value, path, before);
    check_alternatives(schema, "oneOf", value, path, before);
    if (const json* all = member_of(schema, "allOf")) check_all(*all, value, path, before);
    const json* no = part_of(schema, "not");
    if (no != nullptr && causes_of(*no, value, path, before).empty()) {
      refuse_junctor(path, "not validate the schema (not)");
    }
  }

  void check_alternatives(const json& schema, const char* name, const json& value, const std::string& path,
                          const json* before) {
    const json* alternatives = member_of(schema, name);
    if (alternatives == nullptr || !alternatives->is_array() || alternatives->empty()) return;
    std::size_t valid = 0;
    std::vector<Cause> problems;
    for (const auto& alternative : *alternatives) {
      std::vector<Cause> causes = causes_of(alternative, value, path, before);
      if (causes.empty()) ++valid;
      if (problems.empty()) problems = std::move(causes);
    }
    if (valid == 0) {
      refuse_junctor(path, std::string_view(name) == "anyOf"
                               ? "validate at least one schema (anyOf)"
                               : "validate one and only one schema (oneOf). Found none valid");
      append(problems);
    } else if (valid > 1 && std::string_view(name) == "oneOf") {
      refuse_junctor(
          path, "validate one and only one schema (oneOf). Found " + std::to_string(valid) + " valid alternatives");
    }
  }

  void check_all(const json& all, const json& value, const std::string& path, const json* before) {
    std::size_t valid = 0;
    for (const auto& each : all) {
      const std::vector<Cause> causes = causes_of(each, value, path, before);
      append(causes);
      if (causes.empty()) ++valid;
    }
    if (valid == all.size()) return;
    refuse_junctor(path, std::string("validate all the schemas (allOf)") + (valid == 0 ? ". None validated" : ""));
  }

  void check_string(const json& schema, const json& value, const std::string& path) {
    const auto& text = value.get_ref<const std::string&>();
    check_length(schema, value, text, path);
    const std::string format = string_member(schema, "format");
    if (!format.empty() && !has_format(text, format)) wrong_type(to_text(value), path, format);
  }

  // Only the first violation is reported.
  void check_length(const json& schema, const json& value, const std::string& text, const std::string& path) {
    const json* longest = member_of(schema, "maxLength");
    const json* shortest = member_of(schema, "minLength");
    const std::size_t length = longest != nullptr || shortest != nullptr ? character_count(text) : 0;
    if (longest != nullptr && longest->is_number() && length > *longest) {
      return add("FieldValueTooLong", path, "Too long: may not be more than " + to_text(*longest) + " bytes");
    }
    if (shortest != nullptr && shortest->is_number() && length < *shortest) {
      return invalid(value, path, "be at least " + to_text(*shortest) + " chars long");
    }
    const std::string pattern = string_member(schema, "pattern");
    if (!pattern.empty() && !matches(pattern, text)) invalid(value, path, "match '" + pattern + "'");
  }

  static bool matches(const std::string& pattern, const std::string& text) {
    try {
      return Pattern(pattern).matches(text);
    } catch (const PatternError&) {
      return true;  // a definition with such a pattern was rejected
    }
  }

  void check_number(const json& schema, const json& value, const std::string& path) {
    if (const json* factor = member_of(schema, "multipleOf")) check_multiple(*factor, value, path);
    const json* most = member_of(schema, "maximum");
    if (most != nullptr && most->is_number()) {
      const bool exclusive = is_true(schema, "exclusiveMaximum");
      if (exclusive ? value >= *most : value > *most) {
        invalid(value, path, (exclusive ? "be less than " : "be less than or equal to ") + to_text(*most));
      }
    }
    const json* least = member_of(schema, "minimum");
    if (least == nullptr || !least->is_number()) return;
    const bool exclusive = is_true(schema, "exclusiveMinimum");
    if (exclusive ? value <= *least : value < *least) {
      invalid(value, path, (exclusive ? "be greater than " : "be greater than or equal to ") + to_text(*least));
    }
  }

  void check_multiple(const json& factor, const json& value, const std::string& path) {
    if (!factor.is_number()) return;
    const double times = value.get<double>() / factor.get<double>();
    if (std::floor(times) != times) invalid(value, path, "be a multiple of " + to_text(factor));
  }

  void check_enum(const json& schema, const json& value, const std::string& path) {
    const json* allowed = member_of(schema, "enum");
    if (allowed == nullptr || !allowed->is_array() || allowed->empty()) return;
    if (std::find(allowed->begin(), allowed->end(), value) != allowed->end()) return;
    std::string list;
    for (const auto& each : *allowed) list += (list.empty() ? "" : ", ") + quoted_value(each);
    add("FieldValueNotSupported", path, "Unsupported value: " + to_text(value) + ": supported values: " + list);
  }

  /// @return whether the count is within the limits
  bool check_count(const json& schema, const char* least_name, const char* most_name, const char* what,
                   std::size_t count, const std::string& path) {
    const json* least = member_of(schema, least_name);
    if (least != nullptr && least->is_number() && count < *least) {
      invalid(count, path, "have at least " + to_text(*least) + what);
      return false;
    }
    const json* most = member_of(schema, most_name);
    if (most == nullptr || !most->is_number() || count <= *most) return true;
    add("FieldValueTooMany", path,
        "Too many: " + std::to_string(count) + ": must have at most " + to_text(*most) + " items");
    return false;
  }

  void check_object(const json& schema, const json& value, const std::string& path, const json* before) {
    if (!check_count(schema, "minProperties", "maxProperties", " properties", value.size(), path)) return;
    const json* required = member_of(schema, "required");
    if (required != nullptr && required->is_array()) check_required(*required, value, path);
    if (is_true(schema, kEmbedsObject)) check_embedded(value, path);
    const bool is_atomic = string_member(schema, "x-kubernetes-map-type") == "atomic";
    for (const auto& [name, child] : value.items()) {
      const json* member = schema_of_member(schema, name);
      const json* old = is_atomic || before == nullptr ? nullptr : member_of(*before, name.c_str());
      if (member != nullptr) check(*member, child, joined(path, name), old);
    }
  }

  void check_required(const json& required, const json& value, const std::string& path) {
    for (const auto& name : required) {
      if (!name.is_string() || value.contains(name.get<std::string>())) continue;
      causes_.push_back(missing_field(joined(path, name.get<std::string>())));
    }
  }

  void check_embedded(const json& value, const std::string& path) {
    for (const char* field : {"apiVersion", "kind"}) {
      const json* found = member_of(value, field);
      if (found == nullptr) causes_.push_back(missing_field(joined(path, field)));
      if (found != nullptr && is_empty_text(*found)) {
        add("FieldValueInvalid", joined(path, field), "Invalid value: \"\": must not be empty");
      }
    }
    const std::string version = string_member(value, "apiVersion");
    if (std::count(version.begin(), version.end(), '/') < 2) return;
    add("FieldValueInvalid", joined(path, "apiVersion"),
        "Invalid value: " + quoted_text(version) + ": unexpected GroupVersion string: " + version);
  }

  void check_list(const json& schema, const json& value, const std::string& path, const json* before) {
    if (!check_count(schema, "minItems", "maxItems", " items", value.size(), path)) return;
    const std::string list_type = string_member(schema, "x-kubernetes-list-type");
    const bool is_map = list_type == "map";
    if (is_map || list_type == "set") check_duplicates(schema, value, path);
    const json* items = part_of(schema, "items");
    if (items == nullptr) return;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const json* old = is_map && before != nullptr ? find_item(schema, *before, value[i]) : nullptr;
      check(*items, value[i], at_index(path, i), old);
    }
  }

  static const json* find_item(const json& schema, const json& list, const json& item) {
    if (!list.is_array()) return nullptr;
    const json identity = identity_of(schema, item);
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const json& each) { return identity_of(schema, each) == identity; });
    return found == list.end() ? nullptr : &*found;
  }

  // A value that appears three times is reported once.
  void check_duplicates(const json& schema, const json& list, const std::string& path) {
    std::map<json, int> times;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const json identity = identity_of(schema, list[i]);
      if (++times[identity] != 2) continue;
      add("FieldValueDuplicate", at_index(path, i), "Duplicate value: " + to_text(identity));
    }
  }

  std::vector<Cause> causes_;
};

}  // namespace

std::vector<std::string> prune_and_default(const json& schema, json& value, bool is_object) {
  write_whole_numbers(value);
  Pruner pruner(true);
  pruner.prune(schema, value, "", is_object);
  return pruner.take_paths();
}

std::vector<std::string> prune(const json& schema, json& object) {
  write_whole_numbers(object);
  Pruner pruner(false);
  pruner.prune(schema, object, "", true);
  return pruner.take_paths();
}

std::vector<Cause> schema_problems(const json& schema, const json& object, const json* before) {
  Validator validator;
  validator.check(schema, object, "", before);
  return validator.take_causes();
}

std::vector<Cause> status_problems(const json& schema, const json& object, const json& before) {
  const json* part = property_of(schema, "status");
  const json* status = member_of(object, "status");
  if (part == nullptr || status == nullptr) return {};
  std::vector<Cause> causes = schema_problems(*part, *status, member_of(before, "status"));
  for (auto& cause : causes) {
    if (cause.field != "<nil>") cause.field = cause.field.empty() ? "status" : joined("status", cause.field);
  }
  return causes;
}

}  // namespace kplane::testing::server
