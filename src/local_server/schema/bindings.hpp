// Which types are RoleBindings and ClusterRoleBindings.
#pragma once

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// The API group of roles and bindings.
inline constexpr const char* kRbacApiGroup = "rbac.authorization.k8s.io";

/// Whether a type is one of the two.
[[nodiscard]] bool is_binding(const ResourceType& type);

}  // namespace kplane::testing::server
