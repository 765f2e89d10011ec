// How the fields of an object merge: which lists are keyed, and which maps and lists are replaced as a whole. Used by
// server-side apply, strategic merge patches and the tracking of managers.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/types/types.hpp"

namespace kplane::testing::server {

enum class MergeKind {
  atomic,    ///< a scalar, or a map or list that is replaced as a whole
  granular,  ///< a map that merges member by member
  keyed,     ///< a list whose items have names: objects with keys, or distinct scalars
};

/// The type of a value, as far as server-side apply checks it.
enum class ValueType { any, scalar, string, number, boolean, list, map };

/// The rules at one place of an object: for built-in types from schema/types, for custom types from the
/// `x-kubernetes-…` extensions of their schema. Where nothing is known, maps merge and lists are atomic. Copying copies
/// a few pointers; must not outlive the type.
class MergeRules {
 public:
  /// At the root of objects of this type.
  explicit MergeRules(const ResourceType& type);

  [[nodiscard]] MergeRules member(const std::string& field) const;
  [[nodiscard]] MergeRules item() const;

  /// How a value that stands at this place merges. A list with an item that cannot be named is atomic.
  [[nodiscard]] MergeKind kind_of(const nlohmann::json& value) const;
  /// The name of an item of a keyed list, as fieldsV1 writes it: `k:{"name":"web"}`, `v:"text"`. Empty: it has none.
  [[nodiscard]] std::string item_name(const nlohmann::json& item) const;

  [[nodiscard]] ValueType type() const;
  [[nodiscard]] bool is_keyed_list() const;
  [[nodiscard]] bool is_set() const;
  /// Whether this field has a place of its own in the type, unlike the keys of a map.
  [[nodiscard]] bool names(const std::string& field) const;
  /// Whether there may be a member of this name.
  [[nodiscard]] bool allows(const std::string& field) const;

  /// What a strategic merge patch does to the list at this place: nullptr: nothing is known of it.
  [[nodiscard]] const Field* field() const noexcept { return field_; }
  [[nodiscard]] const Type* structure() const noexcept { return structure_; }

 private:
  MergeRules(const Shape* shape, const Field* field, bool atomic);
  explicit MergeRules(const nlohmann::json* schema);
  [[nodiscard]] bool is_envelope(const std::string& field) const;
  [[nodiscard]] nlohmann::json keys_of(const nlohmann::json& item) const;

  const Shape* shape_ = nullptr;            // of a built-in value
  const Type* structure_ = nullptr;         // of a built-in object
  const Field* field_ = nullptr;            // of which this is the value
  const nlohmann::json* schema_ = nullptr;  // of a custom value
  bool atomic_ = false;
  bool root_ = false;  // of a custom object: its metadata is built in
};

}  // namespace kplane::testing::server
