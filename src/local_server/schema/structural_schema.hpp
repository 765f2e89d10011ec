// Checks that the schema of a definition is a structural schema, as Kubernetes calls it.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/status.hpp"

namespace kplane::testing::server {

/// Checks an openAPIV3Schema and its defaults. For CEL rules it only checks that there is a rule, and its message.
/// @param path its location, such as `spec.validation.openAPIV3Schema` @return the problems
[[nodiscard]] std::vector<Cause> structural_problems(const nlohmann::json& schema, const std::string& path);

/// The schema's type of a field, such as `.spec.size`; empty: there is no such field.
[[nodiscard]] std::string type_at(const nlohmann::json& schema, const std::string& json_path);

}  // namespace kplane::testing::server
