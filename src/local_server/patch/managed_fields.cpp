// Tracking of field managers, and server-side apply.
#include "local_server/patch/managed_fields.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>
#include <vector>

#include "local_server/base/identity.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/patch/field_set.hpp"
#include "local_server/patch/merge_rules.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr const char kApply[] = "Apply";
constexpr const char kUpdate[] = "Update";

/// One entry of managedFields.
struct Entry {
  std::string manager{};
  std::string operation{};
  std::string api_version{};
  std::string subresource{};
  std::string time{};
  FieldSet fields{};
};

using Entries = std::vector<Entry>;

Entry entry_from(const json& value) {
  const auto fields = value.is_object() ? value.find("fieldsV1") : value.end();
  return {string_member(value, "manager"),    string_member(value, "operation"),
          string_member(value, "apiVersion"), string_member(value, "subresource"),
          string_member(value, "time"),       fields == value.end() ? FieldSet{} : from_fields_v1(*fields)};
}

const json* managed_fields_of(const json& object) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) return nullptr;
  const auto managed = metadata->find("managedFields");
  return managed != metadata->end() && managed->is_array() ? &*managed : nullptr;
}

Entries entries_of(const json& object) {
  Entries entries;
  const json* managed = managed_fields_of(object);
  if (managed == nullptr) return entries;
  for (const auto& value : *managed) entries.push_back(entry_from(value));
  return entries;
}

json to_json(const Entry& entry) {
  json value = {{"manager", entry.manager}, {"operation", entry.operation}, {"apiVersion", entry.api_version},
                {"time", entry.time},       {"fieldsType", "FieldsV1"},     {"fieldsV1", to_fields_v1(entry.fields)}};
  if (!entry.subresource.empty()) value["subresource"] = entry.subresource;
  return value;
}

// Those who apply come first, then the older ones, as a real server lists them.
void store_entries(json& object, Entries entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.operation, a.time, a.manager, a.subresource) <
           std::tie(b.operation, b.time, b.manager, b.subresource);
  });
  json managed = json::array();
  for (const auto& entry : entries) {
    if (!entry.fields.empty()) managed.push_back(to_json(entry));
  }
  if (managed.empty()) {
    object["metadata"].erase("managedFields");
  } else {
    object["metadata"]["managedFields"] = std::move(managed);
  }
}

/// The part of an object that can have managers: not what names it, nor what only the server writes.
json manageable(const json& object) {
  json part = object;
  part.erase("apiVersion");
  part.erase("kind");
  const auto metadata = part.find("metadata");
  if (metadata == part.end()) return part;
  for (const char* field : {"name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp",
                            "deletionTimestamp", "selfLink", "managedFields"}) {
    metadata->erase(field);
  }
  if (metadata->empty()) part.erase(metadata);
  return part;
}

/// The same for comparing: every object has metadata, so nobody comes to own it by bringing it along.
json comparable(const json& object) {
  json part = manageable(object);
  if (!part.contains("metadata")) part["metadata"] = json::object();
  return part;
}

Entry& entry_of(Entries& entries, const ResourceType& type, const FieldManager& manager, const char* operation) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
    return entry.manager == manager.name && entry.operation == operation && entry.subresource == manager.subresource &&
           entry.api_version == api_version(type);
  });
  if (found != entries.end()) return *found;
  entries.push_back({manager.name, operation, api_version(type), manager.subresource, {}, {}});
  return entries.back();
}

std::string described(const Entry& entry) {
  std::string text = "\"" + entry.manager + "\"";
  if (!entry.subresource.empty()) text += " with subresource \"" + entry.subresource + "\"";
  return entry.operation == kUpdate ? text + " using " + entry.api_version : text;
}

struct Conflict {
  const Entry* entry = nullptr;
  std::vector<std::string> paths{};
};

std::vector<Conflict> find_conflicts(const Entries& others, const FieldSet& changed) {
  std::vector<Conflict> conflicts;
  for (const auto& entry : others) {
    Conflict conflict{&entry, {}};
    for_each_path(intersection(entry.fields, changed),
                  [&](const std::string& path) { conflict.paths.push_back(path); });
    if (!conflict.paths.empty()) conflicts.push_back(std::move(conflict));
  }
  return conflicts;
}

std::string conflict_message(const std::vector<Conflict>& conflicts, std::size_t count) {
  if (count == 1) {
    return "Apply failed with 1 conflict: conflict with " + described(*conflicts[0].entry) + ": " +
           conflicts[0].paths[0];
  }
  std::string lines;
  for (const auto& conflict : conflicts) {
    lines += (lines.empty() ? "" : "\n") + ("conflicts with " + described(*conflict.entry)) + ":";
    for (const auto& path : conflict.paths) lines += "\n- " + path;
  }
  return "Apply failed with " + std::to_string(count) + " conflicts: " + lines;
}

void refuse_conflicts(const std::vector<Conflict>& conflicts) {
  std::vector<Cause> causes;
  for (const auto& conflict : conflicts) {
    for (const auto& path : conflict.paths) {
      causes.push_back({"FieldManagerConflict", "conflict with " + described(*conflict.entry), path});
    }
  }
  if (causes.empty()) return;
  throw StatusError(apply_conflict(conflict_message(conflicts, causes.size()), causes));
}

void merge(json& live, const json& configuration, const MergeRules& rules);

void apply_map(json& live, const json& configuration, const MergeRules& rules) {
  for (const auto& [name, value] : configuration.items()) {
    const auto found = live.find(name);
    if (found == live.end()) {
      live[name] = value;
    } else {
      merge(*found, value, rules.member(name));
    }
  }
}

void merge_keyed(json& live, const json& configuration, const MergeRule& rule, const MergeRules& rules) {
  for (const auto& item : configuration) {
    const std::string name = item_name(item, rule.keys);
    const auto found =
        std::find_if(live.begin(), live.end(), [&](const json& each) { return item_name(each, rule.keys) == name; });
    if (found == live.end()) {
      live.push_back(item);
    } else {
      merge(*found, item, rules.item());
    }
  }
}

void merge_set(json& live, const json& configuration) {
  for (const auto& item : configuration) {
    if (std::find(live.begin(), live.end(), item) == live.end()) live.push_back(item);
  }
}

void merge(json& live, const json& configuration, const MergeRules& rules) {
  const MergeRule old_rule = rules.rule_for(live);
  const MergeRule rule = rules.rule_for(configuration);
  if (old_rule.kind != rule.kind || rule.kind == MergeKind::atomic) {
    live = configuration;
  } else if (rule.kind == MergeKind::granular) {
    apply_map(live, configuration, rules);
  } else if (rule.kind == MergeKind::keyed) {
    merge_keyed(live, configuration, rule, rules.item());
  } else {
    merge_set(live, configuration);
  }
}

const FieldSet& member_of(const FieldSet& set, const std::string& place) {
  static const FieldSet none;
  const auto found = set.members.find(place);
  return found == set.members.end() ? none : found->second;
}

/// Takes the fields out of a value that are in `gone` and not in `kept`. @return whether nothing is left of it.
bool prune(json& value, const FieldSet& gone, const FieldSet& kept, const MergeRules& rules);

bool drops_out(json& child, const FieldSet& gone, const FieldSet& kept, const MergeRules& rules) {
  if (gone.empty()) return false;
  if (gone.owned && kept.empty()) return true;
  return prune(child, gone, kept, rules) && kept.empty();
}

bool prune_map(json& value, const FieldSet& gone, const FieldSet& kept, const MergeRules& rules) {
  for (auto member = value.begin(); member != value.end();) {
    const std::string place = "f:" + member.key();
    const bool out = drops_out(*member, member_of(gone, place), member_of(kept, place), rules.member(member.key()));
    member = out ? value.erase(member) : std::next(member);
  }
  return value.empty();
}

bool prune_list(json& value, const FieldSet& gone, const FieldSet& kept, const MergeRule& rule,
                const MergeRules& rules) {
  for (auto item = value.begin(); item != value.end();) {
    const std::string place = rule.kind == MergeKind::set ? set_item_name(*item) : item_name(*item, rule.keys);
    const bool out = drops_out(*item, member_of(gone, place), member_of(kept, place), rules.item());
    item = out ? value.erase(item) : std::next(item);
  }
  return value.empty();
}

bool prune(json& value, const FieldSet& gone, const FieldSet& kept, const MergeRules& rules) {
  const MergeRule rule = rules.rule_for(value);
  if (rule.kind == MergeKind::atomic) return false;
  if (rule.kind == MergeKind::granular) return prune_map(value, gone, kept, rules);
  return prune_list(value, gone, kept, rule, rules);
}

Entries without(const Entries& entries, const Entry& own) {
  Entries others;
  for (const auto& entry : entries) {
    const bool same = entry.manager == own.manager && entry.operation == own.operation &&
                      entry.subresource == own.subresource && entry.api_version == own.api_version;
    if (!same) others.push_back(entry);
  }
  return others;
}

/// Everything that the other managers and the new configuration hold on to.
FieldSet kept_fields(const Entries& others, const FieldSet& applied) {
  FieldSet kept = applied;
  for (const auto& entry : others) unite(kept, entry.fields);
  return kept;
}

}  // namespace

void track_update(const ResourceType& type, const json& before, json& after, const FieldManager& manager) {
  const FieldChanges changes = compare(comparable(before), comparable(after), MergeRules(type));
  Entries entries = entries_of(before);
  if (!changes.changed.empty() || !changes.removed.empty()) {
    for (auto& entry : entries) {
      subtract(entry.fields, changes.changed);
      subtract_trees(entry.fields, changes.removed);
    }
    Entry& own = entry_of(entries, type, manager, kUpdate);
    unite(own.fields, changes.changed);
    own.time = rfc3339_now();
  }
  store_entries(after, std::move(entries));
}

json server_side_apply(const ResourceType& type, const json& live, const json& configuration,
                       const FieldManager& manager, bool force) {
  const MergeRules rules(type);
  FieldSet applied = fields_of(manageable(configuration), rules);
  applied.owned = false;
  Entries entries = entries_of(live);
  Entry own = entry_of(entries, type, manager, kApply);
  Entries others = without(entries, own);

  json merged = live.empty() ? configuration : live;
  merge(merged, configuration, rules);
  const FieldSet changed = compare(comparable(live), comparable(merged), rules).changed;
  if (!force) refuse_conflicts(find_conflicts(others, changed));
  for (auto& entry : others) subtract(entry.fields, changed);

  FieldSet gone = own.fields;
  subtract(gone, applied);
  prune(merged, gone, kept_fields(others, applied), rules);
  const bool same = own.fields == applied && manageable(live) == manageable(merged);
  own.fields = std::move(applied);
  if (!same) own.time = rfc3339_now();
  others.push_back(std::move(own));
  store_entries(merged, std::move(others));
  return merged;
}

}  // namespace kplane::testing::server
