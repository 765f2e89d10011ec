// Validation of objects before they are stored: envelope, metadata, name, and type-specific rules.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/base/status.hpp"

namespace kplane::testing::server {

/// Checks apiVersion and kind against the type, filling in what a built-in type may leave out, and that metadata has
/// the types it must have. @throws StatusError 400
void check_envelope(const ResourceType& type, nlohmann::json& object);

/// Refuses a value of the wrong type as Go's decoder does. @param field such as `ObjectMeta.metadata.name`
/// @throws StatusError 400
[[noreturn]] void refuse_type(const ResourceType& type, const std::string& field, const nlohmann::json& value,
                              const std::string& expected);

/// Checks the label that a new object gets of its plane (contract §10). @throws StatusError 422
void check_cluster_label(const ResourceType& type, const std::string& name, const std::string& cluster);

/// @return what is wrong with a name; empty when nothing is.
[[nodiscard]] std::vector<std::string> name_problems(const ResourceType& type, const std::string& name);

/// Checks the name and, by the rules of tables/validation.json or the schema of a custom type, what it looks like.
/// @throws StatusError 422 naming every cause.
void check_valid(const ResourceType& type, const std::string& name, const nlohmann::json& object);

/// Checks an object that is to take the place of `before`: the same, and what may not change. @throws StatusError 422
void check_valid_change(const ResourceType& type, const std::string& name, const nlohmann::json& before,
                        const nlohmann::json& object);

}  // namespace kplane::testing::server
