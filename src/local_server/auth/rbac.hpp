// Role-based access control: what the Roles, ClusterRoles and bindings of one plane allow.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "local_server/base/access.hpp"
#include "local_server/base/user.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// One entry of a role's `rules`.
struct PolicyRule {
  std::vector<std::string> verbs{};
  std::vector<std::string> groups{};
  std::vector<std::string> resources{};  ///< `pods`, `pods/log`, `*/scale`, `*`
  std::vector<std::string> names{};      ///< empty: any
  std::vector<std::string> urls{};       ///< non-resource URLs; a trailing `*` matches any rest
};

/// The `rules` of a role; malformed ones are ignored.
[[nodiscard]] std::vector<PolicyRule> read_rules(const nlohmann::json& role);

struct Authorization {
  bool allowed = false;
  std::string reason{};  ///< the binding that allows it
};

/// The authorizer of one plane. Reads the store on each query, so a new binding takes effect at once.
/// Thread safety: as that of the store.
class Rbac {
 public:
  /// `store` must outlive this.
  explicit Rbac(const Store& store) : store_(store) {}

  [[nodiscard]] Authorization decide(const User& user, const Access& access) const;
  [[nodiscard]] bool allows(const User& user, const Access& access) const { return decide(user, access).allowed; }
  /// All rules that apply to the user in a namespace; an empty one: in the whole plane.
  [[nodiscard]] std::vector<PolicyRule> rules_of(const User& user, const std::string& ns) const;
  /// The rules of the role that a binding in `ns` refers to. @return false when there is no such role
  [[nodiscard]] bool find_role(const nlohmann::json& role_ref, const std::string& ns,
                               std::vector<PolicyRule>& rules) const;

 private:
  /// Called for each rule that applies, until it returns false.
  using Visit = std::function<bool(const PolicyRule& rule, const std::function<std::string()>& reason)>;
  void visit_rules(const User& user, const std::string& ns, const Visit& visit) const;

  const Store& store_;
};

/// The rules of `cluster-admin`.
[[nodiscard]] const std::vector<PolicyRule>& all_rights();
/// The number of single-verb, single-resource rights that the rules expand to.
[[nodiscard]] double right_count(const std::vector<PolicyRule>& rules);
/// The parts of `wanted` that `owned` does not cover, combined as Kubernetes shows them.
[[nodiscard]] std::vector<PolicyRule> uncovered(const std::vector<PolicyRule>& owned,
                                                const std::vector<PolicyRule>& wanted);

/// `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`
[[nodiscard]] std::string shown_rule(const PolicyRule& rule);

}  // namespace kplane::testing::server
