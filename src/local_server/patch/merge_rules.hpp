// How the fields of an object merge: which lists are kept apart by a key of their items, which maps and lists are
// replaced as one. Server-side apply, strategic merge patches and the tracking of managers all go by it.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

enum class MergeKind {
  atomic,    ///< a scalar, or a map or list that is replaced as one
  granular,  ///< a map that merges member by member
  keyed,     ///< a list of objects that are told apart by `keys`
  set,       ///< a list of distinct scalars
};

struct MergeRule {
  MergeKind kind = MergeKind::atomic;
  std::vector<std::string> keys{};
};

/// The rules at one place of an object. Built-in types go by the names of their fields; custom types go by the
/// `x-kubernetes-…` extensions of their schema, and their metadata by the names again. A copy is two pointers and a
/// name; it must not outlive the type.
class MergeRules {
 public:
  /// At the root of objects of this type.
  explicit MergeRules(const ResourceType& type);

  [[nodiscard]] MergeRules member(const std::string& field) const;
  [[nodiscard]] MergeRules item() const;

  /// The rule for a value that stands at this place. A list whose items lack their key, or share one, is atomic.
  [[nodiscard]] MergeRule rule_for(const nlohmann::json& value) const;

 private:
  enum class Source { names, schema, root };
  MergeRules(Source source, const nlohmann::json* schema, std::string field)
      : source_(source), schema_(schema), field_(std::move(field)) {}
  [[nodiscard]] MergeRule declared_rule(const nlohmann::json& value) const;
  [[nodiscard]] const nlohmann::json* schema_part(const char* name) const;

  Source source_;
  const nlohmann::json* schema_ = nullptr;
  std::string field_;
};

/// The name of a list item by its keys, as fieldsV1 writes it: `k:{"name":"web"}`.
[[nodiscard]] std::string item_name(const nlohmann::json& item, const std::vector<std::string>& keys);
/// The name of an item of a set, as fieldsV1 writes it: `v:"text"`.
[[nodiscard]] std::string set_item_name(const nlohmann::json& item);

}  // namespace kplane::testing::server
