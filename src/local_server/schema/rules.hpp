// Validates the values of built-in types by tables/validation.json, whose `about` documents its format.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/status.hpp"
#include "local_server/types/quantity.hpp"
#include "local_server/types/types.hpp"

namespace kplane::testing::server {

/// The position of a value in an object. Converted to text only when there is a problem, and free before.
struct FieldPath {
  const FieldPath* parent = nullptr;
  std::string_view name{};             ///< of a member
  std::optional<std::size_t> index{};  ///< of an item
  bool is_key = false;                 ///< the name is a map's key

  [[nodiscard]] FieldPath member(std::string_view of) const { return {this, of, std::nullopt, false}; }
  [[nodiscard]] FieldPath item(std::size_t at) const { return {this, {}, at, false}; }
  [[nodiscard]] FieldPath key(std::string_view of) const { return {this, of, std::nullopt, true}; }
  [[nodiscard]] std::string text() const;
};

/// A value that is being checked, and its surroundings.
struct Subject {
  const nlohmann::json& value;  ///< null when it is absent
  const FieldPath& path;
  const nlohmann::json& owner;         ///< the object that has the rule
  const nlohmann::json& root;          ///< the whole object
  const nlohmann::json* before;        ///< the object that it replaces; nullptr: it is new
  const nlohmann::ordered_json& rule;  ///< the entry of the table
  std::vector<Cause>& causes;

  void add(const char* reason, const std::string& message) const { add_at(path.text(), reason, message); }
  void add_at(const std::string& field, const char* reason, const std::string& message) const;
  /// `Invalid value: …: problem`
  void invalid(const std::string& problem) const;
  void invalid_at(const std::string& field, const nlohmann::json& shown, const std::string& problem) const;
  /// A value as causes show it.
  [[nodiscard]] std::string shown(const nlohmann::json& other) const;
};

/// Adds problems to the subject's causes. @param argument of the check in the table
using Check = void (*)(const Subject& subject, const nlohmann::ordered_json& argument);

/// A check that is more than a line of the table. @return nullptr when there is none of this name
[[nodiscard]] Check find_special_check(std::string_view name);

/// Whether a value counts as unset: null, or an empty string or list, but not an empty object.
[[nodiscard]] bool is_unset(const nlohmann::json& value);

/// @return nullopt when a value is not a quantity
[[nodiscard]] std::optional<Quantity> quantity_of(const nlohmann::json& value);

/// Other lists of the table, such as the names of resources.
[[nodiscard]] const nlohmann::ordered_json& validation_list(const char* name);

/// The name formats, by `v1/Kind`.
[[nodiscard]] const nlohmann::ordered_json& validation_names();

/// Checks a value of a built-in type and all that is in it.
/// @param before the object that it replaces; nullptr: it is new
void check_rules(const Type& type, const FieldPath& path, const nlohmann::json& value, const nlohmann::json* before,
                 std::vector<Cause>& causes);

/// Checks immutable fields when a value of a built-in type replaces another.
void check_change_rules(const Type& type, const nlohmann::json& before, const nlohmann::json& after,
                        std::vector<Cause>& causes);

}  // namespace kplane::testing::server
