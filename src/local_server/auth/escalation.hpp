// RBAC's privilege escalation prevention: the checks before a role or a binding is written.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/auth/requester.hpp"
#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// Constructed before a write, because it reads the plane's roles; the check itself reads nothing, so it can run while
/// the store is locked.
class GrantCheck {
 public:
  /// @param requester nullptr: everything may be granted
  /// @param role_ref of the binding that will be written; null for roles
  GrantCheck(const Requester* requester, const ResourceType& type, const std::string& ns, const std::string& name,
             const nlohmann::json& role_ref);

  /// @throws StatusError 403 when the object grants rights that the requester does not have; 404 when the role that it
  /// binds does not exist
  void check(const nlohmann::json& object) const;
  /// The same for an update, which needs no rights if it does not change what is granted.
  void check_change(const nlohmann::json& before, const nlohmann::json& after) const;

 private:
  [[nodiscard]] std::vector<PolicyRule> granted_by(const nlohmann::json& object) const;

  const ResourceType& type_;
  std::string name_;
  bool applies_ = false;
  std::string shown_user_;
  std::vector<PolicyRule> owned_;
  bool has_role_ = true;  // of a binding
  std::string role_name_;
  std::vector<PolicyRule> bound_;  // the rules of that role
};

}  // namespace kplane::testing::server
