// RoleBindings and ClusterRoleBindings: what they must look like.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"
#include "local_server/base/status.hpp"

namespace kplane::testing::server {

/// Whether a type is one of the two.
/// The API group of roles and bindings.
inline constexpr const char* kRbacApiGroup = "rbac.authorization.k8s.io";

[[nodiscard]] bool is_binding(const ResourceType& type);

/// @param binding with its defaults
[[nodiscard]] std::vector<Cause> binding_problems(const ResourceType& type, const nlohmann::json& binding);

/// What a binding may not change. @param before, after with their defaults, and without problems
[[nodiscard]] std::vector<Cause> rebinding_problems(const nlohmann::json& before, const nlohmann::json& after);

}  // namespace kplane::testing::server
