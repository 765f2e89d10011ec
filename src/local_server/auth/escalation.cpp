#include "local_server/auth/escalation.hpp"

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/schema/bindings.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

bool is_role(const ResourceType& type) {
  return type.group == kRbacApiGroup && (type.resource == "roles" || type.resource == "clusterroles");
}

std::string shown_user_of(const User& user) {
  return "user " + quoted_text(user.name) + " (groups=" + quoted_list(user.groups) + ")";
}

}  // namespace

GrantCheck::GrantCheck(const Requester* requester, const ResourceType& type, const std::string& ns,
                       const std::string& name, const json& role_ref)
    : type_(type), name_(name) {
  const bool is_grant = is_role(type) || is_binding(type);
  if (requester == nullptr || !is_grant || is_superuser(requester->user)) return;
  if (is_role(type) && requester->may({"escalate", kRbacApiGroup, type.resource, "", ns, name, ""})) return;
  if (is_binding(type)) {
    role_name_ = string_member(role_ref, "name");
    const std::string roles = string_member(role_ref, "kind") == "ClusterRole" ? "clusterroles" : "roles";
    if (requester->may({"bind", kRbacApiGroup, roles, "", ns, role_name_, ""})) return;
    has_role_ = requester->rbac.find_role(role_ref, ns, bound_);
  }
  applies_ = true;
  shown_user_ = shown_user_of(requester->user);
  owned_ = requester->rbac.rules_of(requester->user, ns);
}

std::vector<PolicyRule> GrantCheck::granted_by(const json& object) const {
  if (is_binding(type_)) return bound_;
  const bool is_aggregated = !object.value("aggregationRule", json()).is_null();  // and may come to hold anything
  return is_aggregated ? all_rights() : read_rules(object);
}

void GrantCheck::check_change(const json& before, const json& after) const {
  if (!applies_) return;
  const auto differs = [&](const char* member) { return before.value(member, json()) != after.value(member, json()); };
  if (differs("rules") || differs("aggregationRule") || differs("roleRef") || differs("subjects")) check(after);
}

void GrantCheck::check(const json& object) const {
  if (!applies_) return;
  if (!has_role_) throw StatusError(not_found(type_, role_name_));
  const std::vector<PolicyRule> granted = granted_by(object);
  constexpr double most_rights = 10'000;  // each is compared with all that the requester has
  if (right_count(granted) > most_rights) throw StatusError(too_large("the role has too many rules to be compared"));
  const std::vector<PolicyRule> missing = uncovered(owned_, granted);
  if (missing.empty()) return;
  std::string list;
  for (const auto& rule : missing) list += "\n" + shown_rule(rule);
  throw StatusError(forbidden_object(
      type_, name_, shown_user_ + " is attempting to grant RBAC permissions not currently held:" + list));
}

}  // namespace kplane::testing::server
