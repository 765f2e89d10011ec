#include "local_server/schema/apply_defaults.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "local_server/base/base64.hpp"
#include "local_server/base/characters.hpp"
#include "local_server/base/identity.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/base/tables.hpp"
#include "local_server/schema/decode.hpp"
#include "local_server/schema/services.hpp"
#include "local_server/types/quantity.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using Path = std::vector<std::string>;

Path path_from(const json& value) {
  if (value.is_array()) return value.get<Path>();
  Path path;
  std::string_view text = value.get_ref<const std::string&>();
  while (true) {
    const std::size_t dot = text.find('.');
    path.emplace_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return path;
    text.remove_prefix(dot + 1);
  }
}

/// nullptr when absent or null.
const json* find_at(const json& object, const Path& path) {
  const json* at = &object;
  for (const auto& name : path) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(name);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at->is_null() ? nullptr : at;
}

json* find_at(json& object, const Path& path) {
  return const_cast<json*>(find_at(std::as_const(object), path));  // NOLINT: of an object that is not const
}

/// Creates the objects on the way. @return nullptr when one of them is something else
json* make_at(json& object, const Path& path) {
  json* at = &object;
  for (const auto& name : path) {
    if (at->is_null()) *at = json::object();
    if (!at->is_object()) return nullptr;
    at = &(*at)[name];
  }
  return at;
}

bool is_repository(std::string_view path) {
  const auto allowed = [](char c) { return is_lower_alphanumeric(c) || c == '.' || c == '_' || c == '-'; };
  while (true) {
    const std::string_view part = path.substr(0, path.find('/'));
    if (part.empty() || !is_lower_alphanumeric(part.front()) || !is_lower_alphanumeric(part.back())) return false;
    if (!std::all_of(part.begin(), part.end(), allowed)) return false;
    if (part.size() == path.size()) return true;
    path.remove_prefix(part.size() + 1);
  }
}

// `registry.example.com:5000/team/app` without its registry.
std::string_view without_registry(std::string_view image) {
  const std::size_t slash = image.find('/');
  if (slash == std::string_view::npos) return image;
  const std::string_view first = image.substr(0, slash);
  const bool is_registry = first == "localhost" || first.find_first_of(".:") != std::string_view::npos ||
                           std::any_of(first.begin(), first.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return is_registry ? image.substr(slash + 1) : image;
}

// Always for the tag `latest`, which is also the default tag. An invalid image name has no tag either.
std::string pull_policy_of(std::string_view image) {
  const std::string_view name = image.substr(0, image.find('@'));
  const std::size_t slash = name.rfind('/');
  const std::size_t colon = name.find(':', slash == std::string_view::npos ? 0 : slash);
  const bool tagged = colon != std::string_view::npos;
  const bool latest = tagged ? name.substr(colon + 1) == "latest" : name.size() == image.size();
  return latest && is_repository(without_registry(name.substr(0, colon))) ? "Always" : "IfNotPresent";
}

using Amounts = std::map<std::string, Quantity::Nano>;

// Adds up the amounts for a Pod's quality of service. @return how many of the two a container specifies
std::size_t add_amounts(Amounts& amounts, const json& container, const char* list) {
  std::size_t found = 0;
  for (const char* name : {"cpu", "memory"}) {
    const json* text = find_at(container, {"resources", list, name});
    const Quantity::Nano amount = text == nullptr ? 0 : Quantity::parse(text->get<std::string>()).nano();
    if (amount <= 0) continue;
    amounts[name] += amount;
    ++found;
  }
  return found;
}

std::string qos_of(const json& pod_spec) {
  Amounts requests;
  Amounts limits;
  bool limited = true;
  const auto add = [&](const json& container) {
    add_amounts(requests, container, "requests");
    limited = add_amounts(limits, container, "limits") == 2 && limited;
  };
  for (const char* list : {"containers", "initContainers"}) {
    if (pod_spec.contains("resources")) continue;
    for (const json& container : pod_spec.value(list, json::array())) add(container);
  }
  if (pod_spec.contains("resources")) add(pod_spec);
  if (requests.empty() && limits.empty()) return "BestEffort";
  return limited && requests == limits ? "Guaranteed" : "Burstable";
}

struct DefaultCondition {
  Path path{};
  json expected{};

  [[nodiscard]] bool holds(const json& object) const {
    if (path.front().empty()) return has_only_expected(object);
    const json* found = find_at(object, path);
    if (expected.is_null() || found == nullptr) return expected.is_null() && found == nullptr;
    if (expected.is_object()) return !found->empty() || found->is_object();
    if (!expected.is_array()) return *found == expected;
    return std::find(expected.begin(), expected.end(), *found) != expected.end();
  }

 private:
  [[nodiscard]] bool has_only_expected(const json& object) const {
    for (auto member = object.begin(); member != object.end(); ++member) {
      if (std::find(expected.begin(), expected.end(), member.key()) == expected.end()) return false;
    }
    return true;
  }
};

/// One entry of the table: an action, and when it is done.
struct DefaultRule {
  enum class Action { set, put, fill, remove, encode, each };
  enum class Source { value, path, pull_policy, qos, now };
  Action action = Action::set;
  Source source = Source::value;
  std::vector<Path> targets{};
  Path from{};
  json value{};
  std::vector<DefaultCondition> conditions{};
  std::vector<DefaultRule> rules{};  ///< of `each`

  void apply(json& object) const {
    const auto holds = [&](const DefaultCondition& condition) { return condition.holds(object); };
    if (!std::all_of(conditions.begin(), conditions.end(), holds)) return;
    for (const Path& target : targets) apply_to(object, target);
  }

 private:
  void apply_to(json& object, const Path& target) const {
    switch (action) {
      case Action::set:
        if (const json* there = find_at(object, target); there == nullptr || is_unset(*there)) put(object, target);
        return;
      case Action::put:
        return put(object, target);
      case Action::fill:
        return fill(object, target);
      case Action::remove:
        object.erase(target.front());
        return;
      case Action::encode:
        return encode(object, target);
      case Action::each:
        return apply_below(object, target);
    }
  }

  static bool is_unset(const json& value) { return value.is_structured() && value.empty(); }

  void put(json& object, const Path& target) const {
    json result = value;
    if (source != Source::value && source != Source::now) {
      const json* found = find_at(object, from);
      if (found == nullptr) return;
      result = *found;
      if (source == Source::qos) result = qos_of(*found);
      if (source == Source::pull_policy) result = pull_policy_of(found->is_string() ? found->get<std::string>() : "");
    }
    if (source == Source::now) result = rfc3339_now();
    if (json* at = make_at(object, target)) *at = std::move(result);
  }

  // Copies entries of the map `from` that the target lacks.
  void fill(json& object, const Path& target) const {
    const json* found = find_at(object, from);
    if (found == nullptr || !found->is_object()) return;
    const json more = *found;
    json* at = make_at(object, target);
    if (at == nullptr) return;
    if (at->is_null()) *at = json::object();
    if (at->is_object()) at->insert(more.begin(), more.end());
  }

  // Strings become members of a map of bytes.
  void encode(json& object, const Path& target) const {
    const json* found = find_at(object, from);
    const auto is_text = [](const json& item) { return item.is_string() || item.is_null(); };
    if (found == nullptr || !found->is_object() || !std::all_of(found->begin(), found->end(), is_text)) return;
    json* at = make_at(object, target);
    if (at == nullptr || !(at->is_null() || at->is_object())) return;
    for (const auto& [key, text] : object[from.front()].items()) {
      (*at)[key] = base64(text.is_string() ? text.get<std::string>() : "");
    }
    object.erase(from.front());
  }

  void apply_below(json& object, const Path& target) const {
    json* list = find_at(object, target);
    if (list == nullptr || !list->is_array()) return;
    for (json& item : *list) {
      if (!item.is_object()) continue;
      for (const DefaultRule& rule : rules) rule.apply(item);
    }
  }
};

using DefaultRules = std::vector<DefaultRule>;

std::vector<DefaultCondition> conditions_from(const json& entry) {
  std::vector<DefaultCondition> conditions;
  const json when = entry.value("when", json::object());
  for (const auto& [path, expected] : when.items()) {
    conditions.push_back({path_from(path), expected});
  }
  return conditions;
}

DefaultRules rules_from(const json& entries);

DefaultRule rule_from(const json& entry) {
  constexpr std::array<std::pair<const char*, DefaultRule::Action>, 4> actions = {
      {{"set", DefaultRule::Action::set},
       {"put", DefaultRule::Action::put},
       {"fill", DefaultRule::Action::fill},
       {"remove", DefaultRule::Action::remove}}};
  constexpr std::array<std::pair<const char*, DefaultRule::Source>, 4> sources = {
      {{"from", DefaultRule::Source::path},
       {"pullPolicyOf", DefaultRule::Source::pull_policy},
       {"qosOf", DefaultRule::Source::qos},
       {"encode", DefaultRule::Source::path}}};
  DefaultRule rule;
  rule.conditions = conditions_from(entry);
  for (const auto& [name, action] : actions) {
    if (!entry.contains(name)) continue;
    rule.action = action;
    rule.targets = {path_from(entry[name])};
  }
  for (const auto& [name, source] : sources) {
    if (!entry.contains(name)) continue;
    rule.source = source;
    rule.from = path_from(entry[name]);
  }
  if (entry.contains("to")) rule.value = entry["to"];
  if (entry.contains("now")) rule.source = DefaultRule::Source::now;
  if (entry.contains("into")) {
    rule.action = DefaultRule::Action::encode;
    rule.targets = {path_from(entry["into"])};
  }
  if (entry.contains("each")) {
    rule.action = DefaultRule::Action::each;
    for (const json& path : entry["each"]) rule.targets.push_back(path_from(path));
    rule.rules = rules_from(entry.at("rules"));
  }
  return rule;
}

DefaultRules rules_from(const json& entries) {
  DefaultRules rules;
  for (const json& entry : entries) {
    if (!entry.contains("values")) {
      rules.push_back(rule_from(entry));
      continue;
    }
    for (const auto& [path, value] : entry["values"].items())
      rules.push_back(rule_from({{"set", path}, {"to", value}}));
  }
  return rules;
}

struct Defaults {
  std::unordered_map<const Type*, DefaultRules> by_type{};
  std::map<std::string, DefaultRules> created{};
  std::set<std::string> keeps_status{};
  std::map<std::string, std::vector<Path>> generation{};
};

Defaults load_defaults() {
  const json table = parse_table(Table::defaults);
  Defaults defaults;
  for (const auto& [name, entries] : table.at("rules").items()) defaults.by_type[find_type(name)] = rules_from(entries);
  for (const auto& [kind, entries] : table.at("created").items()) defaults.created[kind] = rules_from(entries);
  defaults.keeps_status = table.at("keepsStatus").get<std::set<std::string>>();
  for (const auto& [kind, paths] : table.at("generation").items()) {
    auto& counted = defaults.generation[kind];
    for (const json& path : paths) counted.push_back(path_from(path));
  }
  return defaults;
}

const Defaults& all_defaults() {
  static const Defaults defaults = load_defaults();
  return defaults;
}

std::string key_of_kind(const ResourceType& type) { return api_version(type) + "/" + type.kind; }

json value_at(const json& object, const Path& path) {
  const json* found = find_at(object, path);
  return found == nullptr ? json() : *found;
}

// For custom types everything counts except the metadata, and the status if it is a subresource.
bool custom_change(const ResourceType& type, const json& before, const json& after) {
  const auto counted = [&](json object) {
    object.erase("metadata");
    if (type.has_status) object.erase("status");
    return object;
  };
  return counted(before) != counted(after);
}

}  // namespace

void apply_defaults(const Type& type, json& object) {
  const auto found = all_defaults().by_type.find(&type);
  if (found == all_defaults().by_type.end()) return;
  for (const DefaultRule& rule : found->second) rule.apply(object);
}

void fill_created(const ResourceType& type, json& object) {
  const Type* known = type.custom ? nullptr : find_type(type.group, type.version, type.kind);
  if (known == nullptr) return;
  const std::string key = key_of_kind(type);
  const Field* status = type.has_status ? known->find("status") : nullptr;
  if (status != nullptr && status->shape.type != nullptr && all_defaults().keeps_status.count(key) == 0) {
    object["status"] = empty_value(*status->shape.type);
  }
  const auto found = all_defaults().created.find(key);
  if (found == all_defaults().created.end()) return;
  for (const DefaultRule& rule : found->second) rule.apply(object);
}

void keep_created(const ResourceType& type, const json& before, json& object) {
  if (type.custom) return;
  if (is_service(type)) keep_allocations(before, object);
  if (type.kind != "DaemonSet") return;
  static const Path count = {"metadata", "annotations", "deprecated.daemonset.template.generation"};
  static const Path pods = {"spec", "template"};
  const json* old = find_at(before, count);
  if (old == nullptr || !old->is_string()) return;
  json* at = make_at(object, count);
  if (at == nullptr) return;
  *at = *old;
  if (value_at(before, pods) != value_at(object, pods)) *at = std::to_string(std::stoll(old->get<std::string>()) + 1);
}

bool has_generation(const ResourceType& type) {
  return type.custom || all_defaults().generation.count(key_of_kind(type)) > 0;
}

bool counts_as_generation(const ResourceType& type, const json& before, const json& after) {
  if (type.custom) return custom_change(type, before, after);
  const auto found = all_defaults().generation.find(key_of_kind(type));
  if (found == all_defaults().generation.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(),
                     [&](const Path& path) { return value_at(before, path) != value_at(after, path); });
}

}  // namespace kplane::testing::server
