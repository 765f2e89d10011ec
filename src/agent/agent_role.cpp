// A role with rules is bound as it is; the rules of an empty aggregated role are computed here.
#include "agent/agent_role.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include <kplane/error.hpp>

#include "base/excerpt.hpp"
#include "resource/resource_access.hpp"
#include "session/api_response.hpp"

namespace kplane::detail {

namespace {

constexpr std::size_t most_cluster_roles = 5'000;
constexpr std::size_t most_rule_bytes = std::size_t{1024} * 1024;  // etcd's limit is 1.5 MB

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw RoleError("AgentOptions::role '" + excerpt(name) + "' grants no rights: " + why);
}

template <class ErrorClass>
[[noreturn]] void raise_advising(const ErrorClass& error, const std::string& advice) {
  ApiError::Info info = info_of(error);
  info.message += "; " + advice;
  throw ErrorClass(std::move(info));
}

/// Calls `read`; a Forbidden error names the permissions that it requires.
template <class Read>
auto reading_roles(Read&& read) -> decltype(read()) {
  try {
    return read();
  } catch (const Forbidden& error) {
    raise_advising(
        error,
        "AgentOptions::role is read before it is bound to an agent, which requires permission to get and list "
        "clusterroles");
  }
}

/// A plane creates its controllers' roles after all roles that others aggregate: once one exists, none is missing.
bool is_bootstrapped(const std::vector<ClusterRole>& all) {
  constexpr std::string_view controller = "system:controller:";
  return std::any_of(all.begin(), all.end(), [controller](const ClusterRole& role) {
    return role.name.compare(0, controller.size(), controller) == 0;
  });
}

const ClusterRole* find(const std::vector<ClusterRole>& all, const std::string& name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&name](const ClusterRole& role) { return role.name == name; });
  return found == all.end() ? nullptr : &*found;
}

/// @throws RoleError when it has neither rules nor an aggregationRule
bool has_rules(const ClusterRole& role) {
  if (!role.rules.empty()) return true;
  if (role.selectors.empty()) refuse(role.name, "it has no rules and no aggregationRule");
  return false;
}

void check_rules(const std::string& name, const std::vector<PolicyRule>& rules) {
  if (rules.empty()) refuse(name, "no ClusterRole that its aggregationRule selects has rules");
  const std::size_t bytes =
      std::accumulate(rules.begin(), rules.end(), std::size_t{0},
                      [](std::size_t sum, const PolicyRule& rule) { return sum + rule.text.size(); });
  if (bytes > most_rule_bytes) {
    throw RoleError("AgentOptions::role '" + excerpt(name) +
                    "' aggregates more than 1 MiB of rules, which is too much for one Role");
  }
}

/// @return nullptr when the role exists. @throws RoleError
std::shared_ptr<const Error> try_get(const ClusterRoleReader& roles, bool& is_filled) {
  try {
    is_filled = has_rules(roles.get());
    return nullptr;
  } catch (const NotFound& error) {
    return error.share();
  }
}

[[noreturn]] void raise_missing(const Error& missing, const std::string& name) {
  const auto* error = dynamic_cast<const NotFound*>(&missing);
  if (error == nullptr) missing.raise();
  raise_advising(*error, "AgentOptions::role '" + excerpt(name) + "' must name a ClusterRole of the plane");
}

ClusterRoleReader reader_of(const Resource& roles, const AgentOptions& options) {
  const auto get = [roles, name = options.role, stop = options.stop] {
    GetOptions once;
    once.stop = stop;
    return decode_cluster_role(roles.get(name, once));
  };
  const auto list = [roles, stop = options.stop] {
    ListOptions all;
    all.stop = stop;
    std::vector<ClusterRole> found;
    for (const Object& role : roles.list(all)) {
      if (found.size() == most_cluster_roles) throw RoleError("the plane has too many ClusterRoles to search");
      found.push_back(decode_cluster_role(role));
    }
    return found;
  };
  return {[get] { return reading_roles(get); }, [list] { return reading_roles(list); }};
}

}  // namespace

AgentRole find_agent_role(const std::string& name, const ClusterRoleReader& roles, Poll& poll) {
  bool is_filled = false;
  const std::shared_ptr<const Error> missing = try_get(roles, is_filled);
  if (is_filled) return {name};
  for (;;) {
    const std::vector<ClusterRole> all = roles.list();
    const ClusterRole* role = find(all, name);
    if (role != nullptr && has_rules(*role)) return {name};
    if (!is_bootstrapped(all) && poll.wait()) continue;
    if (role == nullptr && missing != nullptr) raise_missing(*missing, name);
    if (role == nullptr) refuse(name, "it was removed while its rules were being read");
    AgentRole found{name, aggregated_rules(*role, all)};
    check_rules(name, found.rules);
    return found;
  }
}

ClusterRoleReader cluster_roles_of(const std::shared_ptr<const PlaneEndpoint>& endpoint, const AgentOptions& options) {
  return reader_of(ResourceAccess::make(endpoint, make_resource_path("rbac.authorization.k8s.io/v1", "clusterroles")),
                   options);
}

}  // namespace kplane::detail
