// The objects that an agent needs in a plane: a ServiceAccount, its binding to a role, possibly its own role, and a
// TokenRequest (contract §7, §9).
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/object.hpp>

#include "agent/cluster_role.hpp"
#include "json/document.hpp"

namespace kplane::detail {

struct AgentNames {
  std::string name;      ///< of the ServiceAccount, its binding and its role
  std::string ns;        ///< of the ServiceAccount
  std::string instance;  ///< the label that all objects of one agent carry
};

/// Whether a role applies to the account's namespace or the whole plane.
enum class BindingScope { ns, cluster };

enum class RoleKind { role, cluster_role };

struct RoleReference {
  RoleKind kind = RoleKind::cluster_role;
  std::string name;
};

// Invalid UTF-8 is replaced, so that it is the server that rejects the text.
[[nodiscard]] std::string encode_service_account(const AgentNames& agent);
/// A RoleBinding or a ClusterRoleBinding.
[[nodiscard]] std::string encode_role_binding(const AgentNames& agent, BindingScope scope, const RoleReference& role);
/// A Role in the account's namespace, or a ClusterRole. @throws DecodeError when a rule is not JSON
[[nodiscard]] std::string encode_role(const AgentNames& agent, RoleKind kind, const std::vector<PolicyRule>& rules);
[[nodiscard]] std::string encode_token_request(const AgentNames& agent, std::chrono::seconds ttl);

/// Whether the object was created for this agent.
[[nodiscard]] bool is_made_for(const AgentNames& agent, const Object& object);

struct IssuedToken {
  std::string token;
  std::chrono::system_clock::time_point expires_at;
};

/// Decodes the answer to a TokenRequest. @throws DecodeError, which never quotes the body
[[nodiscard]] IssuedToken decode_issued_token(const std::shared_ptr<const detail::Document>& body);

}  // namespace kplane::detail
