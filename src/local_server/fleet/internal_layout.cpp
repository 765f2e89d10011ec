#include "local_server/fleet/internal_layout.hpp"

#include <set>
#include <string>

namespace kplane::testing::server {
namespace {

using nlohmann::json;

// Fields whose members are keys of a map, or structs that carry JSON names even internally.
bool is_verbatim(const std::string& field) {
  static const std::set<std::string> fields = {
      "data",     "binaryData",  "stringData",    "selector", "nodeSelector", "limits",      "requests",
      "capacity", "allocatable", "labelSelector", "hard",     "used",         "podSelector", "namespaceSelector"};
  return fields.count(field) > 0;
}

std::string capitalised(std::string field) {
  if (!field.empty() && field.front() >= 'a' && field.front() <= 'z') {
    field.front() = static_cast<char>(field.front() - 'a' + 'A');
  }
  return field;
}

json converted(const json& value) {
  if (value.is_object()) return internal_layout(value);
  if (!value.is_array()) return value;
  json items = json::array();
  for (const auto& item : value) items.push_back(converted(item));
  return items;
}

}  // namespace

json internal_layout(const json& object) {
  json result = json::object();
  for (const auto& [field, value] : object.items()) {
    if (field == "metadata" && value.is_object()) {
      result.update(value);
    } else {
      result[capitalised(field)] = is_verbatim(field) ? value : converted(value);
    }
  }
  return result;
}

}  // namespace kplane::testing::server
