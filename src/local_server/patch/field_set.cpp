// Arithmetic of field sets.
#include "local_server/patch/field_set.hpp"

#include <utility>

#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr const char kSelf[] = ".";

using PathsInto = std::map<std::string, const json*>;

/// The members of a map or the items of a list by their names; of an atomic value none.
PathsInto places_in(const json& value, const MergeRule& rule) {
  PathsInto places;
  if (rule.kind == MergeKind::granular) {
    for (const auto& [name, child] : value.items()) places.emplace("f:" + name, &child);
  } else if (rule.kind == MergeKind::keyed) {
    for (const auto& item : value) places.emplace(item_name(item, rule.keys), &item);
  } else if (rule.kind == MergeKind::set) {
    for (const auto& item : value) places.emplace(set_item_name(item), &item);
  }
  return places;
}

MergeRules rules_at(const MergeRules& rules, const std::string& place) {
  return place.rfind("f:", 0) == 0 ? rules.member(place.substr(2)) : rules.item();
}

bool is_item(const std::string& place) { return place.rfind("f:", 0) != 0; }

/// The fields of a value that is new altogether: its leaves and the maps and lists on the way to them.
FieldSet all_fields_of(const json& value, const MergeRules& rules) {
  FieldSet set;
  set.owned = true;
  for (const auto& [place, child] : places_in(value, rules.rule_for(value))) {
    set.members.emplace(place, all_fields_of(*child, rules_at(rules, place)));
  }
  return set;
}

void add(FieldSet& set, const std::string& place, FieldSet found) {
  if (!found.empty()) set.members.emplace(place, std::move(found));
}

FieldSet self() {
  FieldSet set;
  set.owned = true;
  return set;
}

bool both_granular(const MergeRule& a, const MergeRule& b) { return a.kind == b.kind && a.kind != MergeKind::atomic; }

std::string path_element(const std::string& place) {
  const std::string rest = place.substr(2);
  if (place.rfind("f:", 0) == 0) return "." + rest;
  if (place.rfind("v:", 0) == 0) return "[=" + rest + "]";
  std::string keys;
  const json parsed = json::parse(rest, nullptr, false);
  for (const auto& [name, value] : parsed.items()) keys += (keys.empty() ? "" : ",") + name + "=" + to_text(value);
  return "[" + keys + "]";
}

void visit_paths(const FieldSet& set, const std::string& path,
                 const std::function<void(const std::string& path)>& visit) {
  if (set.owned) visit(path);
  for (const auto& [place, child] : set.members) visit_paths(child, path + path_element(place), visit);
}

bool is_place(const std::string& name) {
  return name.size() >= 2 && name[1] == ':' && (name[0] == 'f' || name[0] == 'k' || name[0] == 'v');
}

}  // namespace

json to_fields_v1(const FieldSet& set) {
  json fields = json::object();
  if (set.owned && !set.members.empty()) fields[kSelf] = json::object();
  for (const auto& [place, child] : set.members) fields[place] = to_fields_v1(child);
  return fields;
}

FieldSet from_fields_v1(const json& fields) {
  FieldSet set;
  if (!fields.is_object()) return set;
  set.owned = fields.empty() || fields.contains(kSelf);
  for (const auto& [name, child] : fields.items()) {
    if (is_place(name)) set.members.emplace(name, from_fields_v1(child));
  }
  return set;
}

FieldSet fields_of(const json& value, const MergeRules& rules) {
  FieldSet set;
  for (const auto& [place, child] : places_in(value, rules.rule_for(value))) {
    FieldSet found = fields_of(*child, rules_at(rules, place));
    found.owned = found.owned || is_item(place);
    add(set, place, std::move(found));
  }
  set.owned = set.members.empty();
  return set;
}

FieldChanges compare(const json& before, const json& after, const MergeRules& rules) {
  if (before == after) return {};
  const MergeRule old_rule = rules.rule_for(before);
  const MergeRule new_rule = rules.rule_for(after);
  if (!both_granular(old_rule, new_rule)) return {all_fields_of(after, rules), {}};
  FieldChanges changes;
  const PathsInto old_places = places_in(before, old_rule);
  const PathsInto new_places = places_in(after, new_rule);
  for (const auto& [place, child] : old_places) {
    if (new_places.count(place) == 0) add(changes.removed, place, self());
  }
  for (const auto& [place, child] : new_places) {
    const auto old = old_places.find(place);
    if (old == old_places.end()) {
      add(changes.changed, place, all_fields_of(*child, rules_at(rules, place)));
      continue;
    }
    FieldChanges below = compare(*old->second, *child, rules_at(rules, place));
    add(changes.changed, place, std::move(below.changed));
    add(changes.removed, place, std::move(below.removed));
  }
  return changes;
}

void unite(FieldSet& set, const FieldSet& other) {
  set.owned = set.owned || other.owned;
  for (const auto& [place, child] : other.members) unite(set.members[place], child);
}

void subtract(FieldSet& set, const FieldSet& other) {
  if (other.owned) set.owned = false;
  for (const auto& [place, child] : other.members) {
    const auto found = set.members.find(place);
    if (found == set.members.end()) continue;
    subtract(found->second, child);
    if (found->second.empty()) set.members.erase(found);
  }
}

void subtract_trees(FieldSet& set, const FieldSet& other) {
  for (const auto& [place, child] : other.members) {
    const auto found = set.members.find(place);
    if (found == set.members.end()) continue;
    if (!child.owned) subtract_trees(found->second, child);
    if (child.owned || found->second.empty()) set.members.erase(found);
  }
}

FieldSet intersection(const FieldSet& a, const FieldSet& b) {
  FieldSet both;
  both.owned = a.owned && b.owned;
  for (const auto& [place, child] : a.members) {
    const auto found = b.members.find(place);
    if (found != b.members.end()) add(both, place, intersection(child, found->second));
  }
  return both;
}

void for_each_path(const FieldSet& set, const std::function<void(const std::string& path)>& visit) {
  visit_paths(set, "", visit);
}

}  // namespace kplane::testing::server
