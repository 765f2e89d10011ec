// ClusterRoles and the effective rules of aggregated ones, computed as kube-controller-manager does (Kubernetes docs:
// RBAC, "Aggregated ClusterRoles").
#pragma once

#include <map>
#include <string>
#include <vector>

#include <kplane/object.hpp>

namespace kplane::detail {

/// One rule of a role, kept verbatim: a field unknown here may restrict what the rule allows.
struct PolicyRule {
  std::string text;              ///< JSON; equal rules have equal texts
  bool is_non_resource = false;  ///< it is for URLs such as `/metrics`, which a Role cannot contain
};

struct LabelRequirement {
  enum class Operator { in, not_in, exists, does_not_exist };

  std::string key;
  Operator op = Operator::in;
  std::vector<std::string> values{};
};

/// Matches objects that meet all requirements; empty: every object.
using LabelSelector = std::vector<LabelRequirement>;
using Labels = std::map<std::string, std::string>;

struct ClusterRole {
  std::string name;
  Labels labels{};
  std::vector<PolicyRule> rules{};
  /// Each selects ClusterRoles whose rules are included; empty: the role is not aggregated.
  std::vector<LabelSelector> selectors{};
};

/// @throws DecodeError, which quotes nothing
[[nodiscard]] ClusterRole decode_cluster_role(const Object& object);

[[nodiscard]] bool selects(const LabelSelector& selector, const Labels& labels);

/// The rules that a controller would write into an empty aggregated role: those of the roles it selects, recursively
/// where one of these is aggregated and empty too. Each rule once.
/// @param all ClusterRoles of the plane
[[nodiscard]] std::vector<PolicyRule> aggregated_rules(const ClusterRole& role, const std::vector<ClusterRole>& all);

}  // namespace kplane::detail
