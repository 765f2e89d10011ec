#include "local_server/patch/managed_fields.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "local_server/base/identity.hpp"
#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/patch/field_set.hpp"
#include "local_server/patch/merge_rules.hpp"
#include "local_server/patch/typed_patch.hpp"
#include "local_server/schema/decode.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr const char kApply[] = "Apply";
constexpr const char kUpdate[] = "Update";
constexpr std::size_t kMaxUpdaters = 10;
constexpr const char kLastApplied[] = "kubectl.kubernetes.io/last-applied-configuration";

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

/// Whether two entries belong to the same manager. Appliers are the same across versions.
bool same_manager(const Entry& a, const Entry& b) {
  return a.manager == b.manager && a.operation == b.operation && a.subresource == b.subresource &&
         (a.operation == kApply || a.api_version == b.api_version);
}

Entries::iterator find_entry(Entries& entries, const Entry& wanted) {
  return std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return same_manager(entry, wanted); });
}

/// nullopt: not something that a server wrote.
std::optional<Entry> entry_from(const json& value) {
  Entry entry{string_member(value, "manager"),    string_member(value, "operation"),
              string_member(value, "apiVersion"), string_member(value, "subresource"),
              string_member(value, "time"),       {}};
  const bool is_known = entry.operation == kApply || entry.operation == kUpdate;
  if (!is_known || entry.api_version.empty() || string_member(value, "fieldsType") != "FieldsV1") return std::nullopt;
  const auto fields = value.find("fieldsV1");
  if (fields != value.end()) entry.fields = from_fields_v1(*fields);
  return entry;
}

const json* managed_fields_of(const json& object) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) return nullptr;
  const auto managed = metadata->find("managedFields");
  return managed != metadata->end() && managed->is_array() ? &*managed : nullptr;
}

/// Empty when one of them is malformed. The last of two entries of one manager counts.
Entries entries_of(const json& object) {
  const json* managed = managed_fields_of(object);
  if (managed == nullptr) return {};
  Entries entries;
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::size_t> places;
  for (const auto& value : *managed) {
    auto entry = entry_from(value);
    if (!entry) return {};
    const std::string version = entry->operation == kApply ? "" : entry->api_version;
    const auto [place, is_new] =
        places.try_emplace({entry->manager, entry->operation, version, entry->subresource}, entries.size());
    if (is_new) entries.emplace_back();
    entries[place->second] = std::move(*entry);
  }
  return entries;
}

bool is_reset(const json* managed) {
  return managed != nullptr && (managed->empty() || (managed->size() == 1 && managed->front().empty()));
}

/// What is known of the managers before an update. Only a write of the object itself may say something else.
Entries entries_to_update(const json& before, const json& after, const FieldManager& manager) {
  if (!manager.subresource.empty()) return entries_of(before);
  if (is_reset(managed_fields_of(after))) return {};
  Entries entries = entries_of(after);
  return entries.empty() ? entries_of(before) : entries;
}

json to_json(const Entry& entry) {
  json value = {{"manager", entry.manager},
                {"operation", entry.operation},
                {"apiVersion", entry.api_version},
                {"fieldsType", "FieldsV1"},
                {"fieldsV1", to_fields_v1(entry.fields)}};
  if (!entry.time.empty()) value["time"] = entry.time;
  if (!entry.subresource.empty()) value["subresource"] = entry.subresource;
  return value;
}

// Appliers come first, then by age.
json to_json(Entries entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.operation, a.time, a.manager, a.api_version, a.subresource) <
           std::tie(b.operation, b.time, b.manager, b.api_version, b.subresource);
  });
  json managed = json::array();
  for (const auto& entry : entries) {
    if (!entry.fields.empty()) managed.push_back(to_json(entry));
  }
  return managed;
}

void store_entries(json& object, Entries entries) {
  json managed = to_json(std::move(entries));
  if (managed.empty()) {
    object["metadata"].erase("managedFields");
  } else {
    object["metadata"]["managedFields"] = std::move(managed);
  }
}

/// Removes fields that nobody manages: those that identify an object, and those that only the server writes.
void strip(FieldSet& fields) {
  fields.owned = false;
  fields.members.erase("f:apiVersion");
  fields.members.erase("f:kind");
  const auto metadata = fields.members.find("f:metadata");
  if (metadata == fields.members.end()) return;
  metadata->second.owned = false;
  for (const char* name : {"f:name", "f:namespace", "f:creationTimestamp", "f:selfLink", "f:uid", "f:clusterName",
                           "f:generation", "f:managedFields", "f:resourceVersion"}) {
    metadata->second.members.erase(name);
  }
  if (metadata->second.empty()) fields.members.erase(metadata);
}

/// An object before its first write.
json blank_object(const MergeRules& rules) {
  return rules.structure() != nullptr ? blank_value(*rules.structure()) : json({{"metadata", json::object()}});
}

/// The manager takes over what changed, and everybody loses what was removed.
void take_changes(Entries& entries, const json& before, const json& after, const MergeRules& rules, Entry own) {
  FieldChanges changes = compare(before, after, rules);
  for (auto& entry : entries) {
    subtract(entry.fields, changes.changed);
    subtract(entry.fields, changes.removed);
  }
  strip(changes.changed);
  if (!changes.changed.empty()) {
    own.time = rfc3339_now();
    const auto found = find_entry(entries, own);
    own.fields = std::move(changes.changed);
    if (found == entries.end()) {
      entries.push_back(std::move(own));
    } else {
      unite(found->fields, own.fields);
      found->time = std::move(own.time);
    }
  }
  entries.erase(std::remove_if(entries.begin(), entries.end(), [](const Entry& entry) { return entry.fields.empty(); }),
                entries.end());
}

/// If too many managers have updated an object, the oldest are merged into one per version.
void cap_updaters(Entries& entries) {
  const auto first = std::stable_partition(entries.begin(), entries.end(),
                                           [](const Entry& entry) { return entry.operation == kApply; });
  auto count = static_cast<std::size_t>(entries.end() - first);
  if (count <= kMaxUpdaters) return;
  std::stable_sort(first, entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.time, a.manager) < std::tie(b.time, b.manager);
  });
  Entries kept(entries.begin(), first);
  const auto start = static_cast<std::ptrdiff_t>(kept.size());
  for (auto entry = first; entry != entries.end(); ++entry) {
    const auto bucket = std::find_if(kept.begin() + start, kept.end(),
                                     [&](const Entry& each) { return each.api_version == entry->api_version; });
    if (count <= kMaxUpdaters || bucket == kept.end()) {
      kept.push_back(std::move(*entry));
      continue;
    }
    bucket->manager = "ancient-changes";
    bucket->subresource.clear();
    bucket->time = entry->time;
    unite(bucket->fields, entry->fields);
    --count;
  }
  entries = std::move(kept);
}

std::string described(const Entry& entry) {
  std::string text = quoted_text(entry.manager);
  if (!entry.subresource.empty()) text += " with subresource " + quoted_text(entry.subresource);
  return entry.operation == kUpdate ? text + " using " + entry.api_version : text;
}

struct Conflict {
  const Entry* entry = nullptr;
  std::vector<std::string> paths{};
};

std::vector<Conflict> find_conflicts(const Entries& entries, const Entry& own, const FieldSet& changed) {
  std::vector<Conflict> conflicts;
  for (const auto& entry : entries) {
    if (same_manager(entry, own)) continue;
    Conflict conflict{&entry, {}};
    for_each_path(intersection(entry.fields, changed),
                  [&](const std::string& path) { conflict.paths.push_back(path); });
    if (!conflict.paths.empty()) conflicts.push_back(std::move(conflict));
  }
  std::sort(conflicts.begin(), conflicts.end(), [](const Conflict& a, const Conflict& b) {
    return std::tie(a.entry->manager, a.entry->operation, a.entry->api_version, a.entry->subresource) <
           std::tie(b.entry->manager, b.entry->operation, b.entry->api_version, b.entry->subresource);
  });
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

FieldSet with_named_parents(FieldSet set, const MergeRules& rules) {
  add_named_parents(set, rules);
  return set;
}

/// Removes fields that the manager applied before but no longer does, unless somebody else manages them. A map or an
/// item is removed with its last field, if it was the manager's.
json pruned(const json& merged, const FieldSet& last, const Entries& entries, const MergeRules& rules) {
  FieldSet managed;
  for (const auto& entry : entries) unite(managed, entry.fields);
  FieldSet given_up = last;
  subtract(given_up, managed);
  if (given_up.empty()) return merged;
  const FieldSet all = with_named_parents(fields_of(merged, rules), rules);
  const FieldSet applied = with_named_parents(last, rules);
  json rest = merged;
  remove_fields(rest, applied, rules);
  FieldSet gone = all;
  subtract(gone, with_named_parents(fields_of(rest, rules), rules));
  subtract(gone, with_named_parents(std::move(managed), rules));
  rest = merged;
  remove_fields(rest, gone, rules);
  FieldSet dropped = all;
  subtract(dropped, with_named_parents(fields_of(rest, rules), rules));
  rest = merged;
  remove_fields(rest, intersection(dropped, applied), rules);
  return rest;
}

std::string last_applied_of(const json& object) {
  const auto metadata = object.find("metadata");
  const auto annotations = metadata == object.end() ? object.end() : metadata->find("annotations");
  if (metadata == object.end() || annotations == metadata->end()) return {};
  return string_member(*annotations, kLastApplied);
}

/// The fields that client-side apply wrote and that are unchanged since: kubectl may take them over.
FieldSet last_applied_fields(const ResourceType& type, const json& live, const MergeRules& rules) {
  const json applied = json::parse(last_applied_of(live), nullptr, false);
  if (!applied.is_object() || string_member(applied, "apiVersion") != api_version(type)) return {};
  FieldSet fields = fields_of(applied, rules);
  const FieldChanges changes = compare(applied, live, rules);
  subtract(fields, changes.changed);
  subtract(fields, changes.removed);
  return fields;
}

/// kubectl can migrate from its own client-side apply without conflicts.
FieldSet contested(const ResourceType& type, const json& live, const FieldSet& changed, const Entry& own,
                   const MergeRules& rules) {
  FieldSet fields = changed;
  if (own.manager == "kubectl" && !last_applied_of(live).empty()) {
    subtract(fields, last_applied_fields(type, live, rules));
  }
  return fields;
}

void update_last_applied(const json& configuration, json& object, const Entry& own) {
  if (own.manager != "kubectl" || last_applied_of(object).empty()) return;
  json applied = configuration;
  const auto annotations = applied["metadata"].find("annotations");
  if (annotations != applied["metadata"].end()) annotations->erase(kLastApplied);
  object["metadata"]["annotations"][kLastApplied] = to_text(applied) + "\n";
}

void check_typed(const ResourceType& type, const json& configuration, const MergeRules& rules) {
  const std::string problem = typed_patch_problem(configuration, rules);
  if (problem.empty()) return;
  const json& metadata = configuration.at("metadata");
  throw StatusError(unexplained_error("failed to create typed patch object (" + string_member(metadata, "namespace") +
                                      "/" + string_member(metadata, "name") + "; " + type.group + "/" + type.version +
                                      ", Kind=" + type.kind + "): " + problem));
}

const FieldSet& replicas_of_scale() {
  static const FieldSet fields = from_fields_v1(json::parse(R"({"f:spec":{"f:replicas":{}}})"));
  return fields;
}

FieldSet replicas_of(const ResourceType& type) {
  json fields = json::object();
  for (json::json_pointer path(type.scale->spec_replicas); !path.empty(); path.pop_back()) {
    fields = {{"f:" + path.back(), std::move(fields)}};
  }
  return from_fields_v1(fields);
}

}  // namespace

void track_update(const ResourceType& type, const json& before, json& after, const FieldManager& manager) {
  Entries entries = entries_to_update(before, after, manager);
  // Without any known manager, only a create starts tracking.
  if (!entries.empty() || before.empty()) {
    const MergeRules rules(type);
    const Entry own{manager.name, kUpdate, api_version(type), manager.subresource, {}, {}};
    take_changes(entries, before.empty() ? blank_object(rules) : before, after, rules, own);
    cap_updaters(entries);
  }
  store_entries(after, std::move(entries));
}

json server_side_apply(const ResourceType& type, const json& live, const json& configuration,
                       const FieldManager& manager, bool force) {
  const MergeRules rules(type);
  check_typed(type, configuration, rules);
  Entries entries = entries_of(live);
  if (entries.empty() && !live.empty()) {
    const Entry former{"before-first-apply", kUpdate, api_version(type), manager.subresource, {}, {}};
    take_changes(entries, blank_object(rules), live, rules, former);
  }
  Entry own{manager.name, kApply, api_version(type), manager.subresource, {}, fields_of(configuration, rules)};
  FieldSet last;
  if (const auto found = find_entry(entries, own); found != entries.end()) {
    own.time = found->time;
    last = std::move(found->fields);
    entries.erase(found);
  }
  entries.push_back(own);

  json merged = live;
  merge(merged, configuration, rules);
  if (!last.empty()) merged = pruned(merged, last, entries, rules);
  entries.pop_back();
  const FieldChanges changes = compare(live, merged, rules);
  if (!force) refuse_conflicts(find_conflicts(entries, own, contested(type, live, changes.changed, own, rules)));
  for (auto& entry : entries) {
    subtract(entry.fields, changes.changed);
    subtract(entry.fields, changes.removed);
  }
  if (merged != live) own.time = rfc3339_now();
  strip(own.fields);
  entries.push_back(own);
  store_entries(merged, std::move(entries));
  update_last_applied(configuration, merged, own);
  return merged;
}

json scale_managers(const ResourceType& type, const json& object) {
  const FieldSet replicas = replicas_of(type);
  Entries shown;
  for (auto& entry : entries_of(object)) {
    if (intersection(entry.fields, replicas).empty()) continue;
    entry.api_version = "autoscaling/v1";
    entry.fields = replicas_of_scale();
    shown.push_back(std::move(entry));
  }
  return to_json(std::move(shown));
}

// Entries of updates lose the field to ones of their own, without a time, even when nothing has changed: those of the
// scale go by another API version.
void take_scale_managers(const ResourceType& type, const json& scale, json& object) {
  const FieldSet replicas = replicas_of(type);
  Entries scaled = entries_of(scale);
  Entries entries = entries_of(object);
  for (auto& entry : entries) {
    const auto same = find_entry(scaled, entry);
    if (same == scaled.end()) {
      subtract(entry.fields, replicas);
    } else if (!intersection(entry.fields, replicas).empty()) {
      scaled.erase(same);
    }
  }
  for (auto& entry : scaled) {
    if (intersection(entry.fields, replicas_of_scale()).empty()) continue;
    entry.api_version = api_version(type);
    entry.fields = replicas;
    entry.time.clear();
    entries.push_back(std::move(entry));
  }
  store_entries(object, std::move(entries));
}

}  // namespace kplane::testing::server
