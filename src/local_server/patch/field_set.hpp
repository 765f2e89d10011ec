// Sets of fields of an object, as `metadata.managedFields` keeps them for each manager, and what server-side apply does
// with them. It follows sigs.k8s.io/structured-merge-diff.
#pragma once

#include <functional>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "local_server/patch/merge_rules.hpp"

namespace kplane::testing::server {

/// A tree of field names in the notation of fieldsV1 (`f:spec`, `k:{"name":"web"}`, `v:"text"`). A node that is `owned`
/// stands for the field itself; a map can be owned apart from its members.
struct FieldSet {
  bool owned = false;
  std::map<std::string, FieldSet> members{};

  [[nodiscard]] bool empty() const { return !owned && members.empty(); }
  friend bool operator==(const FieldSet& a, const FieldSet& b) { return a.owned == b.owned && a.members == b.members; }
};

[[nodiscard]] nlohmann::json to_fields_v1(const FieldSet& set);
/// Anything that is not valid fieldsV1 is ignored. `{}` is the empty set, and below a name that field alone.
[[nodiscard]] FieldSet from_fields_v1(const nlohmann::json& fields);

/// The fields that a configuration names: its leaves, its empty maps, and the items of its keyed lists.
[[nodiscard]] FieldSet fields_of(const nlohmann::json& value, const MergeRules& rules);

/// The effect of a write: `changed` fields have a new value or are new, including new maps; `removed` ones are gone,
/// with everything below them.
struct FieldChanges {
  FieldSet changed{};
  FieldSet removed{};
};
[[nodiscard]] FieldChanges compare(const nlohmann::json& before, const nlohmann::json& after, const MergeRules& rules);

void unite(FieldSet& set, const FieldSet& other);
/// Removes exactly the fields in `other`; members of an owned map stay.
void subtract(FieldSet& set, const FieldSet& other);
[[nodiscard]] FieldSet intersection(const FieldSet& a, const FieldSet& b);
/// Adds the fields of structures on the way to those in the set; the keys of maps and items of lists are not added.
void add_named_parents(FieldSet& set, const MergeRules& rules);
/// Calls `visit` with each owned field, written as `.spec.containers[name="web"].image`.
void for_each_path(const FieldSet& set, const std::function<void(const std::string& path)>& visit);
/// `.image` or `[name="web"]` for one name in the notation of fieldsV1.
[[nodiscard]] std::string path_element(const std::string& place);

/// Merges an applied configuration into a value.
void merge(nlohmann::json& live, const nlohmann::json& configuration, const MergeRules& rules);
/// Removes the fields of a set from a value; a map or list that becomes empty is removed too.
void remove_fields(nlohmann::json& value, const FieldSet& gone, const MergeRules& rules);

}  // namespace kplane::testing::server
