// The rights that an agent gets, read before anything is created for it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <kplane/agent.hpp>

#include "agent/cluster_role.hpp"
#include "base/poll.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

struct AgentRole {
  std::string name;  ///< of the requested ClusterRole
  /// The effective rules, if the role is aggregated and the plane does not fill it (contract §9); the account then
  /// needs its own role with them. Empty: the ClusterRole has rules.
  std::vector<PolicyRule> rules{};
};

/// How ClusterRoles are read.
struct ClusterRoleReader {
  std::function<ClusterRole()> get;                ///< the requested one. @throws NotFound
  std::function<std::vector<ClusterRole>()> list;  ///< all of the plane
};

/// One request; two or more if the role has no rules, or is absent, as in a plane that is still creating its roles: it
/// is then polled for until the poll's deadline.
/// @throws NotFound, RoleError; what the reader and the poll throw
[[nodiscard]] AgentRole find_agent_role(const std::string& name, const ClusterRoleReader& roles, Poll& poll);

/// Reads the ClusterRoles of a plane for `options.role`. @throws Forbidden that names the required permissions;
/// RoleError when there are more than 5,000
[[nodiscard]] ClusterRoleReader cluster_roles_of(const std::shared_ptr<const PlaneEndpoint>& endpoint,
                                                 const AgentOptions& options);

}  // namespace kplane::detail
