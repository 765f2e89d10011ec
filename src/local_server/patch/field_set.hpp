// Sets of fields of an object, as `metadata.managedFields` keeps them for each manager.
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
/// What cannot be read as fieldsV1 is left out.
[[nodiscard]] FieldSet from_fields_v1(const nlohmann::json& fields);

/// The fields that a configuration names: its leaves, and the items of its keyed lists.
[[nodiscard]] FieldSet fields_of(const nlohmann::json& value, const MergeRules& rules);

/// What a write did: `changed` fields have a new value or are new, with the maps that came with them; of `removed` ones
/// everything is gone.
struct FieldChanges {
  FieldSet changed{};
  FieldSet removed{};
};
[[nodiscard]] FieldChanges compare(const nlohmann::json& before, const nlohmann::json& after, const MergeRules& rules);

void unite(FieldSet& set, const FieldSet& other);
/// Takes out the very fields that are in `other`; members of an owned map stay.
void subtract(FieldSet& set, const FieldSet& other);
/// Takes out the fields in `other`, with everything below them.
void subtract_trees(FieldSet& set, const FieldSet& other);
[[nodiscard]] FieldSet intersection(const FieldSet& a, const FieldSet& b);
/// Calls `visit` with each owned field, written as `.spec.containers[name="web"].image`.
void for_each_path(const FieldSet& set, const std::function<void(const std::string& path)>& visit);

}  // namespace kplane::testing::server
