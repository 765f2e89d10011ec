#include "cli/doctor/openapi_comparison.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace kplane::cli {

namespace {

using Named = std::map<std::string, std::string>;

constexpr std::array<std::string_view, 8> methods = {"get",   "put",  "post",    "delete",
                                                     "patch", "head", "options", "trace"};

/// What says nothing about what is sent and answered.
bool is_prose(const std::string& field) {
  constexpr std::array<std::string_view, 6> prose = {"description", "summary", "example",
                                                     "examples",    "title",   "externalDocs"};
  return std::find(prose.begin(), prose.end(), field) != prose.end();
}

/// @param names whether the fields are names that somebody chose, such as those of properties
nlohmann::json without_prose(const Json& value, bool names = false) {
  if (value.is_object()) {
    nlohmann::json kept = nlohmann::json::object();  // sorted: the order of fields means nothing
    for (const auto& [field, inner] : value.items()) {
      if (names || !is_prose(field))
        kept[field] = without_prose(inner, !names && (field == "properties" || field == "responses"));
    }
    return kept;
  }
  if (!value.is_array()) return nlohmann::json(value);
  nlohmann::json kept = nlohmann::json::array();
  for (const Json& inner : value) kept.push_back(without_prose(inner));
  return kept;
}

std::string content(const Json& value) {
  return without_prose(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

const Json& member(const Json& object, std::string_view name) {
  static const Json none;
  if (!object.is_object()) return none;
  const auto found = object.find(std::string(name));
  return found == object.end() ? none : *found;
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(c - 'a' + 'A');
  return result;
}

Named operations_of(const Json& document) {
  Named found;
  const Json& paths = member(document, "paths");
  if (!paths.is_object()) return found;
  for (const auto& [path, item] : paths.items()) {
    for (const std::string_view method : methods) {
      const Json& operation = member(item, method);
      if (operation.is_object())
        found[upper(method) + ' ' + path] = content(operation) + content(member(item, "parameters"));
    }
  }
  return found;
}

Named schemas_of(const Json& document) {
  Named found;
  const Json& schemas = member(member(document, "components"), "schemas");
  if (!schemas.is_object()) return found;
  for (const auto& [name, schema] : schemas.items()) found[name] = content(schema);
  return found;
}

NameChanges compare(const Named& embedded, const Named& served) {
  NameChanges changes;
  for (const auto& [name, text] : embedded) {
    const auto other = served.find(name);
    if (other == served.end()) {
      changes.gone.push_back(name);
    } else if (other->second != text) {
      changes.changed.push_back(name);
    }
  }
  for (const auto& [name, text] : served) {
    if (embedded.count(name) == 0) changes.added.push_back(name);
  }
  return changes;
}

}  // namespace

OpenApiComparison compare_openapi(const Json& embedded, const Json& served) {
  return {compare(operations_of(embedded), operations_of(served)), compare(schemas_of(embedded), schemas_of(served))};
}

}  // namespace kplane::cli
