// The fields of the built-in types that people write most, for finding those that are misspelt. What lies outside this
// knowledge is taken as it is.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// Takes the fields out of an object of a built-in type that its schema does not know. @return their paths, such as
/// `spec.template.spec.containers[0].imagee`; none for a type whose schema is not held here.
std::vector<std::string> drop_unknown_fields(const ResourceType& type, nlohmann::json& object);

}  // namespace kplane::testing::server
