#include "agent/cluster_role.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include <kplane/error.hpp>
#include <kplane/json.hpp>

#include "json/dump.hpp"

namespace kplane::detail {

namespace {

using nlohmann::json;
using Operator = LabelRequirement::Operator;

/// Null when absent.
const json& json_field(const json& object, const char* key) {
  static const json none;
  const auto found = object.find(key);
  return found == object.end() ? none : *found;
}

PolicyRule read_rule(const json& rule) {
  if (!rule.is_object()) throw DecodeError("a ClusterRole with a rule that is not an object", 0);
  return {kplane::json::dump(rule), !json_field(rule, "nonResourceURLs").empty()};
}

Operator read_operator(const std::string& name) {
  if (name == "In") return Operator::in;
  if (name == "NotIn") return Operator::not_in;
  if (name == "Exists") return Operator::exists;
  if (name == "DoesNotExist") return Operator::does_not_exist;
  throw DecodeError("a ClusterRole with an unknown operator in a label selector", 0);
}

LabelRequirement read_expression(const json& expression) {
  LabelRequirement read{json_field(expression, "key").get<std::string>(),
                        read_operator(json_field(expression, "operator").get<std::string>())};
  for (const json& value : json_field(expression, "values")) read.values.push_back(value.get<std::string>());
  return read;
}

LabelSelector read_selector(const json& selector) {
  LabelSelector read;
  for (const auto& [key, value] : json_field(selector, "matchLabels").items()) {
    read.push_back({key, Operator::in, {value.get<std::string>()}});
  }
  for (const json& expression : json_field(selector, "matchExpressions")) read.push_back(read_expression(expression));
  return read;
}

ClusterRole read_role(const json& role) {
  const json& metadata = json_field(role, "metadata");
  ClusterRole read{json_field(metadata, "name").get<std::string>()};
  for (const auto& [key, value] : json_field(metadata, "labels").items()) read.labels[key] = value.get<std::string>();
  for (const json& rule : json_field(role, "rules")) read.rules.push_back(read_rule(rule));
  for (const json& selector : json_field(json_field(role, "aggregationRule"), "clusterRoleSelectors")) {
    read.selectors.push_back(read_selector(selector));
  }
  return read;
}

bool holds(const LabelRequirement& requirement, const Labels& labels) {
  const auto label = labels.find(requirement.key);
  const bool is_there = label != labels.end();
  const auto& values = requirement.values;
  const bool is_listed = is_there && std::find(values.begin(), values.end(), label->second) != values.end();
  switch (requirement.op) {
    case Operator::in:
      return is_listed;
    case Operator::not_in:
      return !is_listed;
    case Operator::exists:
      return is_there;
    case Operator::does_not_exist:
      break;
  }
  return !is_there;
}

bool selects_any(const std::vector<LabelSelector>& selectors, const ClusterRole& role) {
  return std::any_of(selectors.begin(), selectors.end(),
                     [&role](const LabelSelector& selector) { return selects(selector, role.labels); });
}

}  // namespace

ClusterRole decode_cluster_role(const Object& object) {
  try {
    return read_role(parse_json(object.raw()));
  } catch (const json::exception&) {
    throw DecodeError("a ClusterRole with a field of the wrong type", 0);
  }
}

bool selects(const LabelSelector& selector, const Labels& labels) {
  return std::all_of(selector.begin(), selector.end(),
                     [&labels](const LabelRequirement& requirement) { return holds(requirement, labels); });
}

std::vector<PolicyRule> aggregated_rules(const ClusterRole& role, const std::vector<ClusterRole>& all) {
  std::vector<PolicyRule> rules;
  std::set<std::string_view> known_rules;
  std::set<std::string_view> seen{role.name};  // roles may select each other
  std::vector<const ClusterRole*> pending{&role};
  while (!pending.empty()) {
    const ClusterRole& next = *pending.back();
    pending.pop_back();
    for (const PolicyRule& rule : next.rules) {
      if (known_rules.insert(rule.text).second) rules.push_back(rule);
    }
    if (!next.rules.empty()) continue;  // they already include what it selects
    for (const ClusterRole& other : all) {
      if (selects_any(next.selectors, other) && seen.insert(other.name).second) pending.push_back(&other);
    }
  }
  return rules;
}

}  // namespace kplane::detail
