// RoleBindings and ClusterRoleBindings: what they must look like.
#pragma once

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// Whether a type is one of the two.
/// The API group of roles and bindings.
inline constexpr const char* kRbacApiGroup = "rbac.authorization.k8s.io";

[[nodiscard]] bool is_binding(const ResourceType& type);

}  // namespace kplane::testing::server
