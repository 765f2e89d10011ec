#include "local_server/patch/strategic_patch.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "local_server/base/characters.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/patch/merge_rules.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr const char kPatch[] = "$patch";
constexpr std::string_view kOrder = "$setElementOrder";
constexpr std::string_view kDeleteFrom = "$deleteFromPrimitiveList";
constexpr const char kRetain[] = "$retainKeys";
constexpr const char kBadRetainKeys[] = "invalid patch format of retainKeys";

[[noreturn]] void refuse(const std::string& problem) { throw StatusError(bad_request(problem)); }
[[noreturn]] void fail(const std::string& problem) { throw StatusError(unexplained_error(problem)); }

/// The field that a directive such as `$setElementOrder/ports` is for.
std::string target_of(const std::string& directive, const char* what) {
  const std::size_t slash = directive.find('/');
  const bool is_one = slash == kOrder.size() || slash == kDeleteFrom.size();
  if (!is_one) refuse(std::string("invalid patch format of ") + what);
  return directive.substr(slash + 1);
}

/// A value as it is added where there was none: without nulls, and without items that have a `$patch`.
json plain_value(json value) {
  if (value.is_array()) {
    json list = json::array();
    for (auto& item : value) {
      if (!item.contains(kPatch)) list.push_back(plain_value(std::move(item)));
    }
    return list;
  }
  if (!value.is_object()) return value;
  json map = json::object();
  for (auto& [name, child] : value.items()) {
    if (!child.is_null() && !child.contains(kPatch)) map[name] = plain_value(std::move(child));
  }
  return map;
}

bool same_type(const json& a, const json& b) { return go_type(a) == std::string_view(go_type(b)) && !a.is_null(); }

/// Items of one kind, identified by a key if they are objects.
class KeyedItems {
 public:
  KeyedItems(const MergeRules& list, const json& a, const json& b) : key_(key_of(list)) {
    const json* first = nullptr;
    for (const json* values : {&a, &b}) {
      for (const auto& value : *values) {
        if (first == nullptr) first = &value;
        if (first->is_array()) throw StatusError(rejected_patch());
        if (!same_type(*first, value))
          fail("list element types are not identical: [" + go_text(a) + " " + go_text(b) + "]");
      }
    }
    are_objects_ = first != nullptr && first->is_object();
  }

  [[nodiscard]] bool are_objects() const { return are_objects_; }
  [[nodiscard]] const std::string& key() const { return key_; }

  /// The identity of an item: the value of its key, or the item itself.
  [[nodiscard]] std::string name_of(const json& item) const {
    if (key_.empty()) return to_text(item);
    if (!item.is_object()) fail(std::string("expected a map[string]interface {}, but received a ") + go_type(item));
    const auto found = item.find(key_);
    if (found == item.end()) fail("map: " + go_text(item) + " does not contain declared merge key: " + key_);
    return to_text(*found);
  }

  static std::string key_of(const MergeRules& list) {
    return list.field() == nullptr ? std::string() : list.field()->merge_key;
  }

 private:
  std::string key_;
  bool are_objects_ = false;
};

using Positions = std::map<std::string, std::size_t>;

Positions positions_of(const json& list, const KeyedItems& items) {
  Positions positions;
  for (const auto& item : list) positions.emplace(items.name_of(item), positions.size());
  return positions;
}

using Named = std::vector<std::pair<std::string, json>>;

void sort_by(const Positions& positions, Named& items) {
  std::stable_sort(items.begin(), items.end(), [&](const auto& a, const auto& b) {
    const auto at = positions.find(a.first);
    const auto bt = positions.find(b.first);
    return at != positions.end() && bt != positions.end() && at->second < bt->second;
  });
}

/// Items in the patch take the patch's order; the others keep their own order and relative position.
json ordered(json merged, const json& patch_order, const json& live_order, const KeyedItems& items) {
  const Positions wanted = positions_of(patch_order, items);
  const Positions live = positions_of(live_order, items);
  Named named;
  Named others;
  for (auto& item : merged) {
    std::string name = items.name_of(item);
    (wanted.count(name) > 0 ? named : others).emplace_back(std::move(name), std::move(item));
  }
  sort_by(wanted, named);
  sort_by(live, others);
  json result = json::array();
  auto other = others.begin();
  for (auto& [name, item] : named) {
    const auto place = live.find(name);
    while (other != others.end() && place != live.end()) {
      const auto at = live.find(other->first);
      if (at == live.end() || at->second > place->second) break;
      result.push_back(std::move((other++)->second));
    }
    result.push_back(std::move(item));
  }
  for (; other != others.end(); ++other) result.push_back(std::move(other->second));
  return result;
}

void patch_map(json& target, json patch, const MergeRules& rules);

/// The scalars of both lists, each once, or those of the first that are not in the second.
json merged_scalars(const json& live, const json& patch, bool deletes) {
  std::set<json> seen;
  json result = json::array();
  if (deletes) seen.insert(patch.begin(), patch.end());
  for (const json* list : {&live, &patch}) {
    for (const auto& item : *list) {
      if (deletes ? seen.count(item) == 0 : seen.insert(item).second) result.push_back(item);
    }
  }
  return result;
}

/// Carries out the `$patch` of items. @return whether the patch replaces the list
bool take_directives(json& live, json& patch, const KeyedItems& items) {
  bool replaces = false;
  std::set<std::string> deleted;
  json rest = json::array();
  for (auto& item : patch) {
    const auto directive = item.find(kPatch);
    if (directive == item.end()) {
      rest.push_back(std::move(item));
    } else if (*directive == "delete") {
      deleted.insert(items.name_of(item));
    } else if (*directive == "merge") {
      fail("merging lists cannot yet be specified in the patch");
    } else if (*directive == "replace") {
      replaces = true;
    } else {
      fail("unknown patch type: " + go_text(*directive) + " in map: " + go_text(item));
    }
  }
  patch = std::move(rest);
  json kept = json::array();
  for (auto& item : live) {
    if (!item.contains(items.key()) || deleted.count(items.name_of(item)) == 0) kept.push_back(std::move(item));
  }
  live = std::move(kept);
  return replaces;
}

json merged_objects(json list, const json& patch, const KeyedItems& items, const MergeRules& rules) {
  Positions positions;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].contains(items.key())) positions.emplace(items.name_of(list[i]), i);
  }
  for (const auto& item : patch) {
    const auto [found, is_new] = positions.emplace(items.name_of(item), list.size());
    if (is_new) {
      list.push_back(item);
    } else {
      patch_map(list[found->second], item, rules);
    }
  }
  return list;
}

json merged_list(json live, json patch, const MergeRules& rules, bool deletes) {
  if (live.empty() && patch.empty()) return live;
  const KeyedItems items(rules, live, patch);
  if (!items.are_objects()) {
    json merged = merged_scalars(live, patch, deletes);
    return deletes ? merged : ordered(std::move(merged), patch, live, items);
  }
  if (items.key().empty()) fail("cannot merge lists without merge key for struct");
  if (take_directives(live, patch, items)) return patch;
  json merged = merged_objects(live, patch, items, rules.item());
  return ordered(std::move(merged), patch, live, items);
}

bool merges(const MergeRules& list) {
  return list.field() != nullptr && (list.field()->merge || !list.field()->merge_key.empty());
}

json patched_list(json live, json patch, const MergeRules& rules, bool deletes = false) {
  return deletes || merges(rules) ? merged_list(std::move(live), std::move(patch), rules, deletes) : std::move(patch);
}

void retain_keys(json& target, json& patch) {
  const auto found = patch.find(kRetain);
  if (found == patch.end()) return;
  if (!found->is_array()) refuse(kBadRetainKeys);
  const std::set<json> keys(found->begin(), found->end());
  patch.erase(kRetain);
  for (const auto& [name, value] : patch.items()) {
    const bool is_directive = starts_with(name, kOrder) || starts_with(name, kDeleteFrom);
    if (!value.is_null() && !is_directive && keys.count(name) == 0) refuse(kBadRetainKeys);
  }
  for (auto member = target.begin(); member != target.end();) {
    member = keys.count(member.key()) > 0 ? std::next(member) : target.erase(member);
  }
}

/// The items of a patch must be among those whose order is set, and in that order.
void check_order(const json& patch, const json& order, const KeyedItems& items) {
  auto place = order.begin();
  for (const auto& item : patch) {
    if (order.empty() || item.contains(kPatch)) continue;
    while (place != order.end() && items.name_of(*place) != items.name_of(item)) ++place;
    if (place == order.end()) {
      fail("The order in patch list:\n" + go_text(patch) + "\n doesn't match $setElementOrder list:\n" +
           go_text(order) + "\n");
    }
    ++place;
  }
}

json list_member(const json& object, const std::string& name) {
  const auto found = object.find(name);
  if (found == object.end()) return json();
  if (!found->is_array()) fail(std::string("expected a []interface {}, but received a ") + go_type(*found));
  return *found;
}

void order_list(json& target, json& patch, const std::string& name, const json& order, const MergeRules& rules) {
  if (!order.is_array()) fail(std::string("expected a []interface {}, but received a ") + go_type(order));
  if (!rules.names(name)) {
    const std::string structure = rules.structure() == nullptr ? "" : rules.structure()->name;
    fail("unable to find api field in struct " + structure.substr(structure.rfind('.') + 1) + " for the json field \"" +
         name + "\"");
  }
  const MergeRules list = rules.member(name);
  if (list.type() != ValueType::list) fail("expected slice or array type, but got: struct");
  const json live = list_member(target, name);
  json wanted = list_member(patch, name);
  patch.erase(name);
  if (live.is_null() && wanted.is_null()) return;
  const KeyedItems items(list, live, wanted);
  check_order(wanted, order, items);
  json merged = live;
  if (live.is_null()) {
    merged = plain_value(std::move(wanted));
  } else if (!wanted.is_null()) {
    merged = patched_list(live, std::move(wanted), list);
  }
  target[name] = ordered(std::move(merged), order, live, items);
}

void set_orders(json& target, json& patch, const MergeRules& rules) {
  std::vector<std::pair<std::string, json>> orders;
  for (const auto& [name, value] : patch.items()) {
    if (starts_with(name, kOrder)) orders.emplace_back(name, value);
  }
  for (const auto& [name, order] : orders) {
    patch.erase(name);
    order_list(target, patch, target_of(name, "setElementOrder list"), order, rules);
  }
}

void patch_member(json& target, const std::string& name, json value, const MergeRules& rules, bool deletes) {
  const auto found = target.find(name);
  if (value.is_null()) {
    target.erase(name);
  } else if (found == target.end() || !same_type(*found, value)) {
    if (deletes) return;
    target.erase(name);
    if (!value.contains(kPatch)) target[name] = plain_value(std::move(value));
  } else if (value.is_object()) {
    patch_map(*found, std::move(value), rules.member(name));
  } else if (value.is_array()) {
    *found = patched_list(std::move(*found), std::move(value), rules.member(name), deletes);
  } else {
    *found = std::move(value);
  }
}

void patch_map(json& target, json patch, const MergeRules& rules) {
  if (const auto directive = patch.find(kPatch); directive != patch.end()) {
    if (*directive != "replace" && *directive != "delete") {
      fail("unknown patch type: " + go_text(*directive) + " in map: " + go_text(patch));
    }
    const bool replaces = *directive == "replace";
    patch.erase(kPatch);
    target = replaces ? std::move(patch) : json::object();
    return;
  }
  retain_keys(target, patch);
  set_orders(target, patch, rules);
  for (auto& [name, value] : patch.items()) {
    const bool deletes = starts_with(name, kDeleteFrom);
    patch_member(target, deletes ? target_of(name, "primitive list") : name, std::move(value), rules, deletes);
  }
}

}  // namespace

json apply_strategic_patch(const ResourceType& type, json document, json patch) {
  if (patch.is_null()) return document;
  if (!patch.is_object()) {
    refuse(std::string("json: cannot unmarshal ") + patch.type_name() +
           " into Go value of type map[string]interface {}");
  }
  patch_map(document, std::move(patch), MergeRules(type));
  return document;
}

}  // namespace kplane::testing::server
