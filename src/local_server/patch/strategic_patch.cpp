// Applying strategic merge patches.
#include "local_server/patch/strategic_patch.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/patch/merge_rules.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr const char kPatch[] = "$patch";
constexpr std::string_view kOrder = "$setElementOrder/";
constexpr std::string_view kDeleteFrom = "$deleteFromPrimitiveList/";
constexpr const char kRetain[] = "$retainKeys";

bool starts_with(const std::string& text, std::string_view start) { return text.compare(0, start.size(), start) == 0; }

bool is_directive(const std::string& name) { return !name.empty() && name.front() == '$'; }

/// The patch as a value of its own: without directives, and without members that it deletes.
json plain_value(const json& patch) {
  if (patch.is_array()) {
    json list = json::array();
    for (const auto& item : patch) {
      const std::string directive = string_member(item, kPatch);
      if (directive == "delete" || (directive == "replace" && item.size() == 1)) continue;
      list.push_back(plain_value(item));
    }
    return list;
  }
  if (!patch.is_object()) return patch;
  json map = json::object();
  for (const auto& [name, value] : patch.items()) {
    if (!is_directive(name) && !value.is_null()) map[name] = plain_value(value);
  }
  return map;
}

void patch_map(json& target, const json& patch, const MergeRules& rules);

void retain_keys(json& target, const json& keys) {
  if (!keys.is_array()) throw StatusError(bad_request("invalid strategic merge patch: $retainKeys must be a list"));
  for (auto member = target.begin(); member != target.end();) {
    const bool retained = std::find(keys.begin(), keys.end(), json(member.key())) != keys.end();
    member = retained ? std::next(member) : target.erase(member);
  }
}

void delete_from_list(json& target, const std::string& name, const json& items) {
  const auto list = target.find(name);
  if (list == target.end() || !list->is_array() || !items.is_array()) return;
  for (const auto& item : items) list->erase(std::remove(list->begin(), list->end(), item), list->end());
}

bool replaces_list(const json& patch) {
  return std::any_of(patch.begin(), patch.end(), [](const json& item) {
    return item.is_object() && item.size() == 1 && string_member(item, kPatch) == "replace";
  });
}

void merge_item(json& list, const json& item, const std::string& key, const MergeRules& rules) {
  const json& wanted = item.at(key);
  const auto found = std::find_if(list.begin(), list.end(), [&](const json& each) {
    return each.is_object() && each.contains(key) && each[key] == wanted;
  });
  const std::string directive = string_member(item, kPatch);
  if (directive == "delete") {
    if (found != list.end()) list.erase(found);
  } else if (found == list.end()) {
    list.push_back(plain_value(item));
  } else {
    patch_map(*found, item, rules);
  }
}

bool have_key(const json& list, const std::string& key) {
  return std::all_of(list.begin(), list.end(),
                     [&](const json& item) { return item.is_object() && item.contains(key); });
}

void merge_list(json& target, const json& patch, const MergeRules& rules) {
  const MergeRule rule = rules.rule_for(plain_value(patch).empty() ? target : patch);
  const bool is_keyed = rule.kind == MergeKind::keyed && have_key(patch, rule.keys.front());
  const bool merges = rule.kind == MergeKind::set || is_keyed;
  if (replaces_list(patch) || !target.is_array() || !merges) {
    target = plain_value(patch);
    return;
  }
  for (const auto& item : patch) {
    if (is_keyed) {
      merge_item(target, item, rule.keys.front(), rules.item());
    } else if (std::find(target.begin(), target.end(), item) == target.end()) {
      target.push_back(item);
    }
  }
}

void merge_member(json& target, const std::string& name, const json& value, const MergeRules& rules) {
  const auto found = target.find(name);
  if (value.is_null()) {
    target.erase(name);
  } else if (found == target.end()) {
    if (string_member(value, kPatch) != "delete") target[name] = plain_value(value);
  } else if (value.is_object() && found->is_object()) {
    patch_map(*found, value, rules);
  } else if (value.is_array()) {
    merge_list(*found, value, rules);
  } else {
    *found = value;
  }
}

void patch_map(json& target, const json& patch, const MergeRules& rules) {
  const std::string directive = string_member(patch, kPatch);
  if (directive == "replace" || directive == "delete") {
    target = directive == "replace" ? plain_value(patch) : json::object();
    return;
  }
  for (const auto& [name, value] : patch.items()) {
    if (starts_with(name, kDeleteFrom)) {
      delete_from_list(target, name.substr(kDeleteFrom.size()), value);
    } else if (!is_directive(name)) {
      merge_member(target, name, value, rules.member(name));
    }
  }
  const auto retained = patch.find(kRetain);
  if (retained != patch.end()) retain_keys(target, *retained);
}

void check_directives(const json& patch) {
  if (!patch.is_structured()) return;
  if (patch.is_object()) {
    for (const auto& [name, value] : patch.items()) {
      const bool known =
          name == kPatch || name == kRetain || starts_with(name, kOrder) || starts_with(name, kDeleteFrom);
      if (is_directive(name) && !known) {
        throw StatusError(bad_request("invalid strategic merge patch: unknown directive " + name));
      }
    }
  }
  for (const auto& child : patch) check_directives(child);
}

}  // namespace

json apply_strategic_patch(const ResourceType& type, json document, const json& patch) {
  if (!patch.is_object()) throw StatusError(bad_request("a strategic merge patch must be a JSON object"));
  check_directives(patch);
  patch_map(document, patch, MergeRules(type));
  return document;
}

}  // namespace kplane::testing::server
