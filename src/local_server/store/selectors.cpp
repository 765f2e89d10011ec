#include "local_server/store/selectors.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"

namespace kplane::testing::server {
namespace {

constexpr const char kName[] = "metadata.name";
constexpr const char kNamespace[] = "metadata.namespace";

SelectableField field_of(const ResourceType& type, const std::string& field) {
  static const SelectableField name{{nlohmann::json::json_pointer("/metadata/name")}, {}};
  static const SelectableField ns{{nlohmann::json::json_pointer("/metadata/namespace")}, {}};
  const Strategy& strategy = strategy_of(type);
  const bool has_namespace = type.namespaced || (!type.custom && strategy.fields.empty());
  if (field == kName) return name;
  if (field == kNamespace && has_namespace) return ns;
  const auto found = strategy.fields.find(field);
  if (found != strategy.fields.end()) return found->second;
  const auto& own = type.selectable_fields;
  if (std::find(own.begin(), own.end(), field) != own.end()) {
    std::string pointer = "/" + field;
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    return {{nlohmann::json::json_pointer(pointer)}, {}};
  }
  if (!type.custom && strategy.fields.empty()) {
    throw StatusError(
        bad_request("\"" + field + "\" is not a known field selector: only \"" + kName + "\", \"" + kNamespace + "\""));
  }
  std::string refusal = strategy.unknown_field.empty() ? "field label not supported: %" : strategy.unknown_field;
  throw StatusError(bad_request(refusal.replace(refusal.find('%'), 1, field)));
}

// A backslash escapes a comma, an equals sign or another backslash, and nothing else.
std::string unescaped_value(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == ',' || c == '=') {
      throw StatusError(
          bad_request("invalid field selector: unescaped character in value: " + std::to_string(static_cast<int>(c))));
    }
    if (c == '\\') {
      c = ++i < text.size() ? text[i] : '\0';
      if (c != '\\' && c != ',' && c != '=') {
        throw StatusError(
            bad_request("invalid field selector: invalid escape sequence: \\" + std::string(i < text.size(), c)));
      }
    }
    plain += c;
  }
  return plain;
}

// The first of these characters that is not escaped.
std::size_t find_plain(std::string_view text, char wanted, char also) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == wanted || text[i] == also) {
      return i;
    }
  }
  return text.size();
}

FieldRequirement parse_field(const ResourceType& type, const std::string& selector, std::string_view term) {
  const std::size_t at = find_plain(term, '=', '!');
  for (const std::string_view op : {"!=", "==", "="}) {
    if (term.substr(at, op.size()) != op) continue;
    std::string value = unescaped_value(term.substr(at + op.size()));
    return {field_of(type, std::string(term.substr(0, at))), std::move(value), op != "!="};
  }
  throw StatusError(bad_request("invalid selector: '" + selector + "'; can't understand '" + std::string(term) + "'"));
}

std::vector<FieldRequirement> parse_fields(const ResourceType& type, const std::string& selector) {
  std::vector<FieldRequirement> fields;
  std::string_view rest = selector;
  while (!rest.empty()) {
    const std::size_t comma = find_plain(rest, ',', ',');
    if (comma > 0) fields.push_back(parse_field(type, selector, rest.substr(0, comma)));
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

std::string value_of(const SelectableField& field, const nlohmann::json& object) {
  for (const auto& at : field.at) {
    if (!object.contains(at)) continue;
    const nlohmann::json& value = object[at];
    std::string text = value.is_string() ? value.get<std::string>() : to_text(value);
    if (!text.empty() && !value.is_null()) return text;
  }
  return field.otherwise;
}

bool holds(const FieldRequirement& requirement, const StoredObject& object) {
  return (value_of(requirement.field, object.value()) == requirement.value) == requirement.equal;
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
