// Fields that a built-in type does not have: most often they are misspelt.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// Takes the fields out of an object of a built-in type that its schema does not know. @return their paths, such as
/// `spec.template.spec.containers[0].imagee`; none for a custom type.
std::vector<std::string> drop_unknown_fields(const ResourceType& type, nlohmann::json& object);

}  // namespace kplane::testing::server
