// Handles fields that are not in the schema: they are dropped, and the client gets a warning or an error.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/rest/write_options.hpp"

namespace kplane::testing::server {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Where an object comes from: what is wrong with a patched one is answered otherwise.
enum class Origin { body, patch };

/// Drops the unknown fields of an object, fills in its defaults, and brings its values into canonical form.
/// @return a `Warning` header for each unknown field when the client wants to be warned
/// @throws StatusError 400 (422 for a patched object) when it wants to be strict, or the object is not of its type
Headers settle_unknown_fields(const ResourceType& type, nlohmann::json& object, FieldValidation validation,
                              Origin origin = Origin::body);

}  // namespace kplane::testing::server
