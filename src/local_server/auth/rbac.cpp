// Rules are matched as in k8s.io/kubernetes/pkg/apis/rbac/v1 and k8s.io/component-helpers/auth/rbac.
#include "local_server/auth/rbac.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "local_server/base/json_text.hpp"
#include "local_server/schema/bindings.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using Strings = std::vector<std::string>;

bool has(const Strings& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool has_or_all(const Strings& values, std::string_view value) { return has(values, "*") || has(values, value); }

bool matches_resource(const PolicyRule& rule, const Access& access) {
  const std::string combined =
      access.subresource.empty() ? access.resource : access.resource + "/" + access.subresource;
  if (has_or_all(rule.resources, combined)) return true;
  return !access.subresource.empty() && has(rule.resources, "*/" + access.subresource);
}

bool matches_url(const Strings& patterns, const std::string& path) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    if (pattern == "*" || pattern == path) return true;
    const bool is_prefix = !pattern.empty() && pattern.back() == '*';
    return is_prefix && path.compare(0, pattern.size() - 1, pattern, 0, pattern.size() - 1) == 0;
  });
}

bool matches(const PolicyRule& rule, const Access& access) {
  if (!has_or_all(rule.verbs, access.verb)) return false;
  if (!access.path.empty()) return matches_url(rule.urls, access.path);
  return has_or_all(rule.groups, access.group) && matches_resource(rule, access) &&
         (rule.names.empty() || has(rule.names, access.name));
}

bool is_subject(const json& subject, const User& user, const std::string& ns) {
  const std::string kind = string_member(subject, "kind");
  const std::string name = string_member(subject, "name");
  if (kind == "User") return name == user.name;
  if (kind == "Group") return has(user.groups, name);
  if (kind != "ServiceAccount") return false;
  const std::string own = string_member(subject, "namespace");
  return service_account_name(own.empty() ? ns : own, name) == user.name;
}

const json* subject_for(const json& binding, const User& user, const std::string& ns) {
  const auto subjects = binding.find("subjects");
  if (subjects == binding.end() || !subjects->is_array()) return nullptr;
  const auto found = std::find_if(subjects->begin(), subjects->end(),
                                  [&](const json& one) { return one.is_object() && is_subject(one, user, ns); });
  return found == subjects->end() ? nullptr : &*found;
}

std::string shown_subject(const json& subject, const std::string& ns) {
  const std::string kind = string_member(subject, "kind");
  if (kind != "ServiceAccount") return kind + " " + quoted_text(string_member(subject, "name"));
  const std::string own = string_member(subject, "namespace");
  return kind + " " + quoted_text(string_member(subject, "name") + "/" + (own.empty() ? ns : own));
}

std::string reason_of(const json& binding, const json& subject, const std::string& ns) {
  const json& role = binding["roleRef"];
  const std::string name = string_member(binding["metadata"], "name");
  const std::string shown =
      ns.empty() ? "ClusterRoleBinding " + quoted_text(name) : "RoleBinding " + quoted_text(name + "/" + ns);
  return "RBAC: allowed by " + shown + " of " + string_member(role, "kind") + " " +
         quoted_text(string_member(role, "name")) + " to " + shown_subject(subject, ns);
}

// A rule of one verb and one resource or URL.
void break_down(const PolicyRule& rule, std::vector<PolicyRule>& parts) {
  for (const auto& verb : rule.verbs) {
    for (const auto& group : rule.groups) {
      for (const auto& resource : rule.resources) {
        if (rule.names.empty()) parts.push_back({{verb}, {group}, {resource}, {}, {}});
        for (const auto& name : rule.names) parts.push_back({{verb}, {group}, {resource}, {name}, {}});
      }
    }
    for (const auto& url : rule.urls) parts.push_back({{verb}, {}, {}, {}, {url}});
  }
}

bool covers_resource(const Strings& owned, const std::string& wanted) {
  if (has_or_all(owned, wanted)) return true;
  const std::size_t slash = wanted.find('/');
  return slash != std::string::npos && has(owned, "*" + wanted.substr(slash));
}

bool covers(const PolicyRule& owned, const PolicyRule& part) {
  if (!has_or_all(owned.verbs, part.verbs.front())) return false;
  if (!part.urls.empty()) return matches_url(owned.urls, part.urls.front());
  if (!has_or_all(owned.groups, part.groups.front())) return false;
  if (!covers_resource(owned.resources, part.resources.front())) return false;
  return owned.names.empty() || (!part.names.empty() && has(owned.names, part.names.front()));
}

// Combines rules that differ only in the verb.
std::vector<PolicyRule> put_together(const std::vector<PolicyRule>& parts) {
  std::vector<PolicyRule> rules;
  std::map<std::tuple<std::string, std::string>, std::size_t> known;
  for (const auto& part : parts) {
    const bool is_simple = part.urls.empty() && part.names.empty();
    if (!is_simple) {
      rules.push_back(part);
      continue;
    }
    const auto [at, is_new] = known.try_emplace({part.groups.front(), part.resources.front()}, rules.size());
    if (is_new) {
      rules.push_back(part);
    } else if (!has(rules[at->second].verbs, part.verbs.front())) {
      rules[at->second].verbs.push_back(part.verbs.front());
    }
  }
  return rules;
}

std::string bracketed(const Strings& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : " ") + value;
  return "[" + text + "]";
}

// Kubernetes sorts rules by their text in Go.
std::string sort_key(const PolicyRule& rule) {
  return "Verbs:" + bracketed(rule.verbs) + ",APIGroups:" + bracketed(rule.groups) +
         ",Resources:" + bracketed(rule.resources) + ",ResourceNames:" + bracketed(rule.names) +
         ",NonResourceURLs:" + bracketed(rule.urls);
}

}  // namespace

std::vector<PolicyRule> read_rules(const json& role) {
  std::vector<PolicyRule> rules;
  const auto found = role.find("rules");
  if (found == role.end() || !found->is_array()) return rules;
  for (const auto& rule : *found) {
    if (!rule.is_object()) continue;
    rules.push_back({strings_member(rule, "verbs"), strings_member(rule, "apiGroups"),
                     strings_member(rule, "resources"), strings_member(rule, "resourceNames"),
                     strings_member(rule, "nonResourceURLs")});
  }
  return rules;
}

bool Rbac::find_role(const json& role_ref, const std::string& ns, std::vector<PolicyRule>& rules) const {
  const bool is_cluster_role = string_member(role_ref, "kind") == "ClusterRole";
  const ResourceType& type = *find_built_in(kRbacApiGroup, is_cluster_role ? "clusterroles" : "roles");
  const auto role = store_.get(type, {is_cluster_role ? "" : ns, string_member(role_ref, "name")});
  if (role == nullptr) return false;
  rules = read_rules(role->content());
  return true;
}

void Rbac::visit_rules(const User& user, const std::string& ns, const Visit& visit) const {
  const auto visit_bindings = [&](const char* resource, const std::string& scope) {
    for (const auto& binding : store_.views(*find_built_in(kRbacApiGroup, resource), scope)) {
      const json* subject = subject_for(binding.content(), user, scope);
      if (subject == nullptr) continue;
      std::vector<PolicyRule> rules;
      const auto role = binding.content().find("roleRef");
      if (role == binding.content().end() || !find_role(*role, scope, rules)) continue;
      const auto reason = [&] { return reason_of(binding.content(), *subject, scope); };
      const auto goes_on = [&](const PolicyRule& rule) { return visit(rule, reason); };
      if (!std::all_of(rules.begin(), rules.end(), goes_on)) return false;
    }
    return true;
  };
  if (visit_bindings("clusterrolebindings", {}) && !ns.empty()) visit_bindings("rolebindings", ns);
}

Authorization Rbac::decide(const User& user, const Access& access) const {
  if (is_superuser(user)) return {true, {}};
  Authorization decision;
  visit_rules(user, access.path.empty() ? access.ns : std::string(), [&](const PolicyRule& rule, const auto& reason) {
    if (!matches(rule, access)) return true;
    decision = {true, reason()};
    return false;
  });
  return decision;
}

std::vector<PolicyRule> Rbac::rules_of(const User& user, const std::string& ns) const {
  std::vector<PolicyRule> rules;
  visit_rules(user, ns, [&](const PolicyRule& rule, const auto&) {
    rules.push_back(rule);
    return true;
  });
  return rules;
}

const std::vector<PolicyRule>& all_rights() {
  static const std::vector<PolicyRule> rights = {{{"*"}, {"*"}, {"*"}, {}, {}}, {{"*"}, {}, {}, {}, {"*"}}};
  return rights;
}

double right_count(const std::vector<PolicyRule>& rules) {
  const auto count = [](const Strings& values) { return static_cast<double>(values.size()); };
  double sum = 0;
  for (const auto& rule : rules) {
    sum += count(rule.verbs) * count(rule.groups) * count(rule.resources) * std::max(1.0, count(rule.names));
    sum += count(rule.verbs) * count(rule.urls);
  }
  return sum;
}

std::vector<PolicyRule> uncovered(const std::vector<PolicyRule>& owned, const std::vector<PolicyRule>& wanted) {
  std::vector<PolicyRule> parts;
  for (const auto& rule : wanted) break_down(rule, parts);
  const auto is_covered = [&](const PolicyRule& part) {
    return std::any_of(owned.begin(), owned.end(), [&](const PolicyRule& rule) { return covers(rule, part); });
  };
  parts.erase(std::remove_if(parts.begin(), parts.end(), is_covered), parts.end());
  std::vector<PolicyRule> rules = put_together(parts);
  std::stable_sort(rules.begin(), rules.end(),
                   [](const PolicyRule& a, const PolicyRule& b) { return sort_key(a) < sort_key(b); });
  return rules;
}

std::string shown_rule(const PolicyRule& rule) {
  std::string text;
  const auto add = [&](const char* name, const Strings& values) {
    if (values.empty()) return;
    text += (text.empty() ? "" : ", ") + std::string(name) + ":" + quoted_list(values);
  };
  add("APIGroups", rule.groups);
  add("Resources", rule.resources);
  add("NonResourceURLs", rule.urls);
  add("ResourceNames", rule.names);
  add("Verbs", rule.verbs);
  return "{" + text + "}";
}

}  // namespace kplane::testing::server
