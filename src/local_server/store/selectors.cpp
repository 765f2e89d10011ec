// Field selectors, and selectors as requests carry them.
#include "local_server/store/selectors.hpp"

#include <algorithm>
#include <string_view>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"

namespace kplane::testing::server {
namespace {

constexpr const char kName[] = "metadata.name";
constexpr const char kNamespace[] = "metadata.namespace";

void check_field(const ResourceType& type, const std::string& field) {
  const bool has_namespace = type.namespaced || !type.custom;
  if (field == kName || (field == kNamespace && has_namespace)) return;
  const auto& own = type.selectable_fields;
  if (std::find(own.begin(), own.end(), field) != own.end()) return;
  if (type.custom) throw StatusError(bad_request("field label not supported: " + field));
  throw StatusError(
      bad_request("\"" + field + "\" is not a known field selector: only \"" + kName + "\", \"" + kNamespace + "\""));
}

FieldRequirement parse_field(const std::string& selector, std::string_view term) {
  for (const std::string_view op : {"!=", "==", "="}) {
    const std::size_t at = term.find(op);
    if (at == std::string_view::npos) continue;
    return {std::string(term.substr(0, at)), std::string(term.substr(at + op.size())), op != "!="};
  }
  throw StatusError(bad_request("invalid selector: '" + selector + "'; can't understand '" + std::string(term) + "'"));
}

std::vector<FieldRequirement> parse_fields(const ResourceType& type, const std::string& selector) {
  std::vector<FieldRequirement> fields;
  std::string_view rest = selector;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (comma > 0) {
      fields.push_back(parse_field(selector, rest.substr(0, comma)));
      check_field(type, fields.back().field);
    }
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return fields;
}

LabelSelector parse_labels(const std::string& selector) {
  try {
    return LabelSelector(selector);
  } catch (const SelectorError& error) {
    throw StatusError(bad_request(error.what()));
  }
}

std::string parameter(const std::map<std::string, std::string>& query, const char* name) {
  const auto found = query.find(name);
  return found == query.end() ? std::string{} : found->second;
}

nlohmann::json labels_of(const StoredObject& object) {
  const auto metadata = object.value().find("metadata");
  if (metadata == object.value().end()) return nlohmann::json::object();
  return metadata->value("labels", nlohmann::json::object());
}

// A field of a custom object; what is missing is empty.
std::string text_at(const nlohmann::json& object, const std::string& path) {
  std::string pointer = "/" + path;
  std::replace(pointer.begin(), pointer.end(), '.', '/');
  const nlohmann::json::json_pointer where(pointer);
  if (!object.contains(where)) return {};
  const nlohmann::json& value = object[where];
  return value.is_string() ? value.get<std::string>() : to_text(value);
}

std::string field_of(const StoredObject& object, const std::string& field) {
  if (field == kName) return object.name();
  return field == kNamespace ? object.ns() : text_at(object.value(), field);
}

bool holds(const FieldRequirement& requirement, const StoredObject& object) {
  const std::string value = field_of(object, requirement.field);
  return (value == requirement.value) == requirement.equal;
}

}  // namespace

Selection::Selection(const ResourceType& type, const std::map<std::string, std::string>& query)
    : labels_(parse_labels(parameter(query, "labelSelector"))),
      fields_(parse_fields(type, parameter(query, "fieldSelector"))) {}

bool Selection::matches(const StoredObject& object) const {
  const bool fields_hold =
      std::all_of(fields_.begin(), fields_.end(), [&](const FieldRequirement& field) { return holds(field, object); });
  return fields_hold && (labels_.empty() || labels_.matches(labels_of(object)));
}

}  // namespace kplane::testing::server
