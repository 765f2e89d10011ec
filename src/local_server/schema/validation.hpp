// Validation of objects before they are stored: envelope, metadata, name, and type-specific rules.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/base/status.hpp"

namespace kplane::testing::server {

/// Checks apiVersion and kind against the type, filling them in where a built-in type may omit them, and the types of
/// the metadata. @throws StatusError 400
void check_envelope(const ResourceType& type, nlohmann::json& object);

/// Rejects a value of the wrong type as Go's decoder does. @param field such as `ObjectMeta.metadata.name`
/// @throws StatusError 400
[[noreturn]] void refuse_type(const ResourceType& type, const std::string& field, const nlohmann::json& value,
                              const std::string& expected);

/// Checks the label with the plane's ID that a new object gets (contract §10). @throws StatusError 422
void check_cluster_label(const ResourceType& type, const std::string& name, const std::string& cluster);

/// @return the problems of a name; empty: none.
[[nodiscard]] std::vector<std::string> name_problems(const ResourceType& type, const std::string& name);

/// Checks the name, and the object by the rules of tables/validation.json or a custom type's schema.
/// @throws StatusError 422 naming every cause.
void check_valid(const ResourceType& type, const std::string& name, const nlohmann::json& object);

/// The same for an object that replaces `before`, including immutable fields. @throws StatusError 422
void check_valid_change(const ResourceType& type, const std::string& name, const nlohmann::json& before,
                        const nlohmann::json& object);

}  // namespace kplane::testing::server
