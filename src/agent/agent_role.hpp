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
  std::string name;  ///< of the ClusterRole that was asked for
  /// What it adds up to, where it is aggregated and the plane does not fill it (contract §9): a role of the account's
  /// own has to hold them. Empty: the ClusterRole has rules.
  std::vector<PolicyRule> rules{};
};

/// How ClusterRoles are read.
struct ClusterRoleReader {
  std::function<ClusterRole()> get;                ///< the one that was asked for. @throws NotFound
  std::function<std::vector<ClusterRole>()> list;  ///< all that the plane has
};

/// One request; two or more where the role has no rules, or is absent, as in a plane that is still making its roles:
/// then it is looked for until the poll's time is up.
/// @throws NotFound, RoleError; what the reader and the poll throw
[[nodiscard]] AgentRole find_agent_role(const std::string& name, const ClusterRoleReader& roles, Poll& poll);

/// Reads the ClusterRoles of a plane for `options.role`. @throws Forbidden that names the rights that this requires;
/// RoleError when there are more than 5,000
[[nodiscard]] ClusterRoleReader cluster_roles_of(const std::shared_ptr<const PlaneEndpoint>& endpoint,
                                                 const AgentOptions& options);

}  // namespace kplane::detail
