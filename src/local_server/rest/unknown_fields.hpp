// What becomes of fields that no schema knows: they are dropped, and the client is warned or refused.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/rest/write_options.hpp"

namespace kplane::testing::server {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Drops the unknown fields of an object, and fills in the defaults of a custom type.
/// @return a `Warning` header for each when the client wants to be warned
/// @throws StatusError 400 when it wants to be strict
Headers settle_unknown_fields(const ResourceType& type, nlohmann::json& object, FieldValidation validation);

/// The same for a configuration to apply: for built-in types an unknown field is always an error.
/// @throws StatusError 500, as a real server answers
Headers settle_applied_fields(const ResourceType& type, nlohmann::json& object, FieldValidation validation);

}  // namespace kplane::testing::server
