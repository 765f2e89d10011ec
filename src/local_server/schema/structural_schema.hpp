// Checks that the schema of a definition is a structural schema, as Kubernetes calls it.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/status.hpp"

namespace kplane::testing::server {

/// Checks an openAPIV3Schema and the defaults in it. Of rules in CEL it checks that there is one, and its message.
/// @param path where it stands, such as `spec.validation.openAPIV3Schema` @return what is wrong
[[nodiscard]] std::vector<Cause> structural_problems(const nlohmann::json& schema, const std::string& path);

/// The type that the schema gives a field, `.spec.size` for example; empty: there is no such field.
[[nodiscard]] std::string type_at(const nlohmann::json& schema, const std::string& json_path);

}  // namespace kplane::testing::server
