// Pruning, defaulting and validation of custom objects by their openAPIV3Schema.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/status.hpp"

namespace kplane::testing::server {

inline constexpr char kPreservesFields[] = "x-kubernetes-preserve-unknown-fields";
inline constexpr char kEmbedsObject[] = "x-kubernetes-embedded-resource";

/// Whether each object has this field, whatever its schema says.
[[nodiscard]] inline bool is_envelope_field(std::string_view name) {
  return name == "apiVersion" || name == "kind" || name == "metadata";
}

/// Removes fields that are not in the schema, unless it preserves them, and nulls that it does not allow; fills in
/// defaults; and writes whole numbers as integers. @return the paths of the removed fields
/// @param is_object whether it is a whole object, with a kind and metadata that need no schema
std::vector<std::string> prune_and_default(const nlohmann::json& schema, nlohmann::json& value, bool is_object = true);

/// The same without defaults, for an applied configuration.
std::vector<std::string> prune(const nlohmann::json& schema, nlohmann::json& object);

/// Validates an object or an update; with ratcheting: unchanged values are accepted even if the schema no longer allows
/// them. Rules in CEL (`x-kubernetes-validations`) are not evaluated. @param before nullptr: there was none
/// @return the problems
[[nodiscard]] std::vector<Cause> schema_problems(const nlohmann::json& schema, const nlohmann::json& object,
                                                 const nlohmann::json* before = nullptr);

/// The same for the status subresource.
[[nodiscard]] std::vector<Cause> status_problems(const nlohmann::json& schema, const nlohmann::json& object,
                                                 const nlohmann::json& before);

}  // namespace kplane::testing::server
