// Operations on field sets, and walks over values by their merge rules.
#include "local_server/patch/field_set.hpp"

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr const char kSelf[] = ".";

std::string member_place(const std::string& name) { return "f:" + name; }
bool is_member(const std::string& place) { return place.rfind("f:", 0) == 0; }

MergeRules rules_at(const MergeRules& rules, const std::string& place) {
  return is_member(place) ? rules.member(place.substr(2)) : rules.item();
}

/// The items of a keyed list by name; several if names are not unique.
using NamedItems = std::map<std::string, std::vector<const json*>>;

NamedItems items_of(const json& list, const MergeRules& rules) {
  NamedItems items;
  for (const auto& item : list) items[rules.item_name(item)].push_back(&item);
  return items;
}

void add(FieldSet& set, const std::string& place, FieldSet found) {
  if (!found.empty()) set.members.emplace(place, std::move(found));
}

FieldSet self() {
  FieldSet set;
  set.owned = true;
  return set;
}

/// Everything in a value that is new, or gone, altogether. Items of the same name are managed as one.
FieldSet all_fields_of(const json& value, const MergeRules& rules) {
  FieldSet set = self();
  const MergeKind kind = rules.kind_of(value);
  if (kind == MergeKind::granular) {
    for (const auto& [name, child] : value.items()) {
      set.members.emplace(member_place(name), all_fields_of(child, rules.member(name)));
    }
  } else if (kind == MergeKind::keyed) {
    for (const auto& [name, same] : items_of(value, rules)) {
      set.members.emplace(name, same.size() > 1 ? self() : all_fields_of(*same[0], rules.item()));
    }
  }
  return set;
}

void compare_maps(const json& before, const json& after, const MergeRules& rules, FieldChanges& changes) {
  for (const auto& [name, child] : before.items()) {
    if (after.find(name) == after.end()) {
      changes.removed.members.emplace(member_place(name), all_fields_of(child, rules.member(name)));
    }
  }
  for (const auto& [name, child] : after.items()) {
    const auto old = before.find(name);
    if (old == before.end()) {
      changes.changed.members.emplace(member_place(name), all_fields_of(child, rules.member(name)));
    } else {
      FieldChanges below = compare(*old, child, rules.member(name));
      add(changes.changed, member_place(name), std::move(below.changed));
      add(changes.removed, member_place(name), std::move(below.removed));
    }
  }
}

bool same_items(const std::vector<const json*>& a, const std::vector<const json*>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const json* x, const json* y) { return *x == *y; });
}

/// Items of one name, before and after; on either side there may be none, one or several.
FieldChanges compare_items(const std::vector<const json*>& before, const std::vector<const json*>& after,
                           const MergeRules& rules) {
  if (before.size() == 1 && after.size() == 1) return compare(*before[0], *after[0], rules);
  if (before.size() > 1 && after.size() > 1) return {same_items(before, after) ? FieldSet{} : self(), {}};
  FieldChanges changes;
  if (!before.empty()) changes.removed = before.size() > 1 ? self() : all_fields_of(*before[0], rules);
  if (!after.empty()) changes.changed = after.size() > 1 ? self() : all_fields_of(*after[0], rules);
  return changes;
}

void compare_lists(const json& before, const json& after, const MergeRules& rules, FieldChanges& changes) {
  static const std::vector<const json*> kNone;
  const NamedItems old_items = items_of(before, rules);
  const NamedItems new_items = items_of(after, rules);
  std::set<std::string> names;
  for (const NamedItems* items : {&old_items, &new_items}) {
    for (const auto& [name, same] : *items) names.insert(name);
  }
  for (const auto& name : names) {
    const auto old = old_items.find(name);
    const auto found = new_items.find(name);
    FieldChanges below = compare_items(old == old_items.end() ? kNone : old->second,
                                       found == new_items.end() ? kNone : found->second, rules.item());
    add(changes.changed, name, std::move(below.changed));
    add(changes.removed, name, std::move(below.removed));
  }
}

/// How both merge; nothing when they differ in that. An empty value goes along with any other.
std::optional<MergeKind> common_kind(const json& a, const json& b, const MergeRules& rules) {
  const MergeKind kind = rules.kind_of(a);
  if (a.is_null()) return rules.kind_of(b);
  if (b.is_null() || (kind == rules.kind_of(b) && a.type() == b.type())) return kind;
  return std::nullopt;
}

using Listed = std::vector<std::pair<std::string, const json*>>;

Listed listed(const json& list, const MergeRules& rules) {
  Listed items;
  for (const auto& item : list) items.emplace_back(rules.item_name(item), &item);
  return items;
}

/// Merges two keyed lists: shared items in the order of the configuration, the others where they stood, in between.
class ListMerge {
 public:
  ListMerge(const json& live, const json& configuration, const MergeRules& rules)
      : rules_(rules), live_(listed(live, rules)), wanted_(listed(configuration, rules)) {
    for (const auto& [name, item] : live_) {
      const auto [found, is_new] = live_by_name_.emplace(name, item);
      // Items of the same name do not merge with the configuration's.
      if (!is_new) found->second = nullptr;
    }
    for (const auto& [name, item] : wanted_) {
      wanted_names_.insert(name);
      if (live_by_name_.count(name) > 0) shared_.push_back(name);
    }
  }

  [[nodiscard]] json merged() {
    while (l_ < live_.size() || w_ < wanted_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    if (l_ < live_.size() && w_ < wanted_.size()) {
      const std::string& name = live_[l_].first;
      if (name == wanted_[w_].first) {
        ++l_;
        return take_wanted();
      }
      if (wanted_names_.count(name) > 0 && next_ < shared_.size() && shared_[next_] != name) {
        ++l_;
        return;
      }
    }
    if (l_ < live_.size() && wanted_names_.count(live_[l_].first) == 0) {
      out_.push_back(*live_[l_++].second);
      return;
    }
    if (l_ < live_.size() && taken_.count(live_[l_].first) > 0) ++l_;
    if (w_ < wanted_.size()) take_wanted();
  }

  void take_wanted() {
    const auto& [name, item] = wanted_[w_++];
    taken_.insert(name);
    const auto found = live_by_name_.find(name);
    json value = found == live_by_name_.end() || found->second == nullptr ? json() : *found->second;
    merge(value, *item, rules_.item());
    out_.push_back(std::move(value));
    if (next_ < shared_.size() && shared_[next_] == name) ++next_;
  }

  const MergeRules& rules_;
  const Listed live_;
  const Listed wanted_;
  std::map<std::string, const json*> live_by_name_;
  std::set<std::string> wanted_names_;
  std::vector<std::string> shared_;
  std::set<std::string> taken_;
  std::size_t l_ = 0;
  std::size_t w_ = 0;
  std::size_t next_ = 0;
  json out_ = json::array();
};

void merge_maps(json& live, const json& configuration, const MergeRules& rules) {
  for (const auto& [name, value] : configuration.items()) {
    const auto found = live.find(name);
    if (found == live.end()) {
      live[name] = value;
    } else {
      merge(*found, value, rules.member(name));
    }
  }
}

/// @return whether to remove the child
bool remove_from(json& child, const std::string& place, const FieldSet& gone, const MergeRules& rules) {
  const auto found = gone.members.find(place);
  if (found == gone.members.end()) return false;
  if (found->second.owned) return true;
  remove_fields(child, found->second, rules);
  return child.is_null();
}

void visit_paths(const FieldSet& set, const std::string& path,
                 const std::function<void(const std::string& path)>& visit) {
  for (const auto& [place, child] : set.members) {
    if (child.owned) visit(path + path_element(place));
  }
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

namespace {

FieldSet field_from_fields_v1(const json& fields) {
  FieldSet set = from_fields_v1(fields);
  set.owned = set.owned || (fields.is_object() && fields.empty());
  return set;
}

}  // namespace

FieldSet from_fields_v1(const json& fields) {
  FieldSet set;
  if (!fields.is_object()) return set;
  set.owned = fields.contains(kSelf);
  for (const auto& [name, child] : fields.items()) {
    if (is_place(name)) set.members.emplace(name, field_from_fields_v1(child));
  }
  return set;
}

FieldSet fields_of(const json& value, const MergeRules& rules) {
  FieldSet set;
  const MergeKind kind = rules.kind_of(value);
  if (kind == MergeKind::atomic) return self();
  if (kind == MergeKind::granular) {
    for (const auto& [name, child] : value.items()) {
      FieldSet found = fields_of(child, rules.member(name));
      const bool is_leaf = child.is_null() || (child.is_object() && child.empty());
      found.owned = found.owned || is_leaf || !rules.names(name);
      add(set, member_place(name), std::move(found));
    }
    return set;
  }
  for (const auto& [name, same] : items_of(value, rules)) {
    FieldSet found = same.size() > 1 ? FieldSet{} : fields_of(*same[0], rules.item());
    found.owned = true;
    add(set, name, std::move(found));
  }
  return set;
}

FieldChanges compare(const json& before, const json& after, const MergeRules& rules) {
  if (before == after) return {};
  const auto kind = common_kind(before, after, rules);
  const bool both_empty = before.empty() && after.empty();
  if (both_empty || !kind || *kind == MergeKind::atomic) return {self(), {}};
  FieldChanges changes;
  if (*kind == MergeKind::granular) {
    compare_maps(before, after, rules, changes);
  } else {
    compare_lists(before, after, rules, changes);
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

FieldSet intersection(const FieldSet& a, const FieldSet& b) {
  FieldSet both;
  both.owned = a.owned && b.owned;
  for (const auto& [place, child] : a.members) {
    const auto found = b.members.find(place);
    if (found != b.members.end()) add(both, place, intersection(child, found->second));
  }
  return both;
}

void add_named_parents(FieldSet& set, const MergeRules& rules) {
  for (auto& [place, child] : set.members) {
    if (child.members.empty()) continue;
    if (is_member(place) && rules.names(place.substr(2))) child.owned = true;
    add_named_parents(child, rules_at(rules, place));
  }
}

void for_each_path(const FieldSet& set, const std::function<void(const std::string& path)>& visit) {
  visit_paths(set, "", visit);
}

std::string path_element(const std::string& place) {
  const std::string rest = place.substr(2);
  if (is_member(place)) return "." + rest;
  if (place.rfind("v:", 0) == 0) return "[=" + rest + "]";
  std::string keys;
  const json parsed = json::parse(rest, nullptr, false);
  for (const auto& [name, value] : parsed.items()) keys += (keys.empty() ? "" : ",") + name + "=" + to_text(value);
  return "[" + keys + "]";
}

void merge(json& live, const json& configuration, const MergeRules& rules) {
  const auto kind = common_kind(live, configuration, rules);
  const bool both_empty = live.empty() && configuration.empty();
  if (both_empty || live.is_null() || !kind || *kind == MergeKind::atomic) {
    live = configuration;
  } else if (configuration.is_null()) {
    return;
  } else if (*kind == MergeKind::granular) {
    merge_maps(live, configuration, rules);
  } else {
    live = ListMerge(live, configuration, rules).merged();
  }
}

void remove_fields(json& value, const FieldSet& gone, const MergeRules& rules) {
  if (!value.is_structured()) return;
  const MergeKind kind = rules.kind_of(value);
  if (kind == MergeKind::granular) {
    for (auto member = value.begin(); member != value.end();) {
      const bool goes = remove_from(*member, member_place(member.key()), gone, rules.member(member.key()));
      member = goes ? value.erase(member) : std::next(member);
    }
  } else if (kind == MergeKind::keyed) {
    json kept = json::array();
    for (auto& item : value) {
      if (!remove_from(item, rules.item_name(item), gone, rules.item())) kept.push_back(std::move(item));
    }
    value = std::move(kept);
  }
  if (kind == MergeKind::atomic || value.empty()) value = nullptr;
}

}  // namespace kplane::testing::server
