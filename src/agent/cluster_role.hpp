// ClusterRoles, and the rules that an aggregated one stands for (Kubernetes docs: RBAC, "Aggregated ClusterRoles").
#pragma once

#include <map>
#include <string>
#include <vector>

#include <kplane/object.hpp>

namespace kplane::detail {

/// One rule of a role. Kept as it is: a field that is not known here may narrow what the rule allows.
struct PolicyRule {
  std::string text;              ///< JSON; the same rule is the same text
  bool is_non_resource = false;  ///< it is about URLs such as `/metrics`: no Role can hold it
};

struct LabelRequirement {
  enum class Operator { in, not_in, exists, does_not_exist };

  std::string key;
  Operator op = Operator::in;
  std::vector<std::string> values{};
};

/// All requirements hold; none: every object is selected.
using LabelSelector = std::vector<LabelRequirement>;
using Labels = std::map<std::string, std::string>;

struct ClusterRole {
  std::string name;
  Labels labels{};
  std::vector<PolicyRule> rules{};
  /// By each of them come rules of other ClusterRoles; none: the role is not aggregated.
  std::vector<LabelSelector> selectors{};
};

/// @throws DecodeError, which quotes nothing
[[nodiscard]] ClusterRole decode_cluster_role(const Object& object);

[[nodiscard]] bool selects(const LabelSelector& selector, const Labels& labels);

/// The rules that a controller would write into an aggregated role without rules: those of the roles it selects, and
/// where one of these is aggregated and without rules too, of the roles that one selects. Each rule once.
/// @param all ClusterRoles of the plane
[[nodiscard]] std::vector<PolicyRule> aggregated_rules(const ClusterRole& role, const std::vector<ClusterRole>& all);

}  // namespace kplane::detail
