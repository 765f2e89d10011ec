#include "local_server/types/strategies.hpp"

#include <algorithm>

#include "local_server/base/tables.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

SelectableField field_from(const std::string& name, const json& entry) {
  SelectableField field;
  field.otherwise = entry.value("else", "");
  std::string pointer = "/" + name;
  std::replace(pointer.begin(), pointer.end(), '.', '/');
  for (const json& at : entry.value("at", json::array({pointer}))) field.at.emplace_back(at.get<std::string>());
  return field;
}

Strategy strategy_from(const json& entry) {
  Strategy strategy;
  strategy.answers_object = entry.value("answersObject", false);
  strategy.orphans = entry.value("orphans", false);
  strategy.collected = entry.value("collected", true);
  strategy.unconditional_update = entry.value("unconditionalUpdate", true);
  strategy.create_on_update = entry.value("createOnUpdate", false);
  strategy.finalizer = entry.value("finalizer", "");
  strategy.status_keeps = entry.value("statusKeeps", std::vector<std::string>{});
  strategy.unknown_field = entry.value("unknownField", "");
  const json fields = entry.value("fields", json::object());
  for (const auto& [name, field] : fields.items()) strategy.fields.emplace(name, field_from(name, field));
  return strategy;
}

std::map<std::string, Strategy> load_strategies() {
  std::map<std::string, Strategy> strategies;
  const json table = parse_table(Table::strategies);
  for (const auto& [resource, entry] : table.items()) strategies.emplace(resource, strategy_from(entry));
  return strategies;
}

Strategy strategy_of_custom_types() {
  Strategy strategy;
  strategy.unconditional_update = false;
  strategy.status_keeps = {"labels", "annotations", "finalizers", "ownerReferences"};
  return strategy;
}

}  // namespace

const Strategy& strategy_of(const ResourceType& type) {
  static const std::map<std::string, Strategy> strategies = load_strategies();
  static const Strategy custom = strategy_of_custom_types();
  static const Strategy usual;
  if (type.custom) return custom;
  const auto found = strategies.find(qualified_resource(type));
  return found == strategies.end() ? usual : found->second;
}

}  // namespace kplane::testing::server
