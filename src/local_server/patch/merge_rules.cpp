#include "local_server/patch/merge_rules.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

// The first key is also the merge key of strategic merge patches.
const std::map<std::string, std::vector<std::string>>& keyed_lists() {
  static const std::map<std::string, std::vector<std::string>> lists = {
      {"conditions", {"type"}},
      {"containers", {"name"}},
      {"env", {"name"}},
      {"ephemeralContainers", {"name"}},
      {"hostAliases", {"ip"}},
      {"imagePullSecrets", {"name"}},
      {"initContainers", {"name"}},
      {"ownerReferences", {"uid"}},
      {"resourceClaims", {"name"}},
      {"secrets", {"name"}},
      {"topologySpreadConstraints", {"topologyKey", "whenUnsatisfiable"}},
      {"volumeDevices", {"devicePath"}},
      {"volumeMounts", {"mountPath"}},
      {"volumes", {"name"}},
  };
  return lists;
}

bool is_atomic_map(const std::string& field) {
  static const std::set<std::string> maps = {
      "configMapKeyRef", "fieldRef",     "involvedObject", "labelSelector", "namespaceSelector", "nodeSelector",
      "objectSelector",  "podSelector",  "regarding",      "related",       "resourceFieldRef",  "roleRef",
      "scopeSelector",   "secretKeyRef", "secretRef",      "selector",      "claimRef"};
  return maps.count(field) > 0;
}

// Ports of containers and those of services are lists of the same name.
std::vector<std::string> port_keys(const json& list) {
  const bool of_container = !list.empty() && list.front().is_object() && list.front().contains("containerPort");
  return {of_container ? "containerPort" : "port", "protocol"};
}

MergeRule rule_by_name(const std::string& field, const json& value) {
  if (value.is_object()) return {is_atomic_map(field) ? MergeKind::atomic : MergeKind::granular, {}};
  if (!value.is_array()) return {};
  if (field == "finalizers") return {MergeKind::set, {}};
  if (field == "ports") return {MergeKind::keyed, port_keys(value)};
  const auto found = keyed_lists().find(field);
  return found == keyed_lists().end() ? MergeRule{} : MergeRule{MergeKind::keyed, found->second};
}

std::vector<std::string> strings_in(const json& schema, const char* name) {
  std::vector<std::string> found;
  const auto list = schema.find(name);
  if (list == schema.end() || !list->is_array()) return found;
  for (const auto& each : *list) {
    if (each.is_string()) found.push_back(each);
  }
  return found;
}

MergeRule rule_by_schema(const json* schema, const json& value) {
  const json none = json::object();
  const json& known = schema != nullptr ? *schema : none;
  if (value.is_object()) {
    const bool atomic = string_member(known, "x-kubernetes-map-type") == "atomic";
    return {atomic ? MergeKind::atomic : MergeKind::granular, {}};
  }
  const std::string list_type = value.is_array() ? string_member(known, "x-kubernetes-list-type") : "";
  if (list_type == "set") return {MergeKind::set, {}};
  if (list_type != "map") return {};
  return {MergeKind::keyed, strings_in(known, "x-kubernetes-list-map-keys")};
}

bool names_are_distinct(const MergeRule& rule, const json& list) {
  std::set<std::string> names;
  return std::all_of(list.begin(), list.end(), [&](const json& item) {
    return names.insert(rule.kind == MergeKind::set ? set_item_name(item) : item_name(item, rule.keys)).second;
  });
}

bool items_have_names(const MergeRule& rule, const json& list) {
  return std::all_of(list.begin(), list.end(), [&](const json& item) {
    if (rule.kind == MergeKind::set) return item.is_primitive();
    return item.is_object() && !rule.keys.empty() && item.contains(rule.keys.front());
  });
}

}  // namespace

MergeRules::MergeRules(const ResourceType& type)
    : source_(type.custom ? Source::root : Source::names), schema_(type.schema.get()) {}

MergeRules MergeRules::member(const std::string& field) const {
  if (source_ == Source::names) return {Source::names, nullptr, field};
  if (source_ == Source::root && field == "metadata") return {Source::names, nullptr, field};
  const json* properties = schema_part("properties");
  if (properties != nullptr && properties->contains(field)) return {Source::schema, &(*properties)[field], field};
  return {Source::schema, schema_part("additionalProperties"), field};
}

MergeRules MergeRules::item() const {
  if (source_ == Source::names) return {Source::names, nullptr, {}};
  return {Source::schema, schema_part("items"), {}};
}

MergeRule MergeRules::rule_for(const json& value) const {
  MergeRule rule = declared_rule(value);
  const bool by_name = rule.kind == MergeKind::keyed || rule.kind == MergeKind::set;
  if (by_name && !(items_have_names(rule, value) && names_are_distinct(rule, value))) return {};
  return rule;
}

MergeRule MergeRules::declared_rule(const json& value) const {
  return source_ == Source::names ? rule_by_name(field_, value) : rule_by_schema(schema_, value);
}

const json* MergeRules::schema_part(const char* name) const {
  if (schema_ == nullptr || !schema_->is_object()) return nullptr;
  const auto part = schema_->find(name);
  return part != schema_->end() && part->is_object() ? &*part : nullptr;
}

std::string item_name(const json& item, const std::vector<std::string>& keys) {
  json name = json::object();
  for (const auto& key : keys) {
    const auto found = item.find(key);
    if (found != item.end()) {
      name[key] = *found;
    } else if (key == "protocol") {
      name[key] = "TCP";  // the default of ports, and part of their key
    }
  }
  return "k:" + to_text(name);
}

std::string set_item_name(const json& item) { return "v:" + to_text(item); }

}  // namespace kplane::testing::server
