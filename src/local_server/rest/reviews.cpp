#include "local_server/rest/reviews.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/json_text.hpp"
#include "local_server/base/status.hpp"
#include "local_server/rest/request_body.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr const char kAuthorization[] = "authorization.k8s.io";

enum class Question { who_am_i, token, my_access, access, local_access, my_rules };

struct ReviewType {
  const char* group;
  const char* resource;
  const char* kind;
  bool namespaced;
  Question question;
};

constexpr std::array<ReviewType, 6> kReviewTypes = {{
    {kAuthenticationGroup, "selfsubjectreviews", "SelfSubjectReview", false, Question::who_am_i},
    {kAuthenticationGroup, "tokenreviews", "TokenReview", false, Question::token},
    {kAuthorization, "selfsubjectaccessreviews", "SelfSubjectAccessReview", false, Question::my_access},
    {kAuthorization, "subjectaccessreviews", "SubjectAccessReview", false, Question::access},
    {kAuthorization, "localsubjectaccessreviews", "LocalSubjectAccessReview", true, Question::local_access},
    {kAuthorization, "selfsubjectrulesreviews", "SelfSubjectRulesReview", false, Question::my_rules},
}};

const ReviewType* find_review_type(const ApiPath& path) {
  const auto found = std::find_if(kReviewTypes.begin(), kReviewTypes.end(), [&](const ReviewType& type) {
    return path.version == "v1" && path.group == type.group && path.resource == type.resource;
  });
  return found == kReviewTypes.end() ? nullptr : &*found;
}

/// For messages: they name the group, and no kind.
ResourceType nameless_type(const ReviewType& type) { return {type.group, "v1", type.resource, ""}; }

ResourceType named_type(const ReviewType& type) { return {type.group, "v1", type.resource, type.kind}; }

[[noreturn]] void refuse(const ReviewType& type, const std::string& field, const std::string& value,
                         const std::string& problem) {
  throw StatusError(
      invalid(nameless_type(type), "", {{"FieldValueInvalid", "Invalid value: " + value + ": " + problem, field}}));
}

json object_member(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_object() ? *found : json();
}

json shown_user(const User& user) {
  json shown = json::object();
  if (!user.name.empty()) shown["username"] = user.name;
  if (!user.uid.empty()) shown["uid"] = user.uid;
  if (!user.groups.empty()) shown["groups"] = user.groups;
  if (!user.extra.empty()) shown["extra"] = user.extra;
  return shown;
}

// As Go writes the attributes in a message.
std::string shown_path(const json& attributes) {
  return "{\"Path\":" + quoted_text(string_member(attributes, "path")) +
         ",\"Verb\":" + quoted_text(string_member(attributes, "verb")) + "}";
}

Access read_access(const ReviewType& type, const json& spec) {
  const json resource = object_member(spec, "resourceAttributes");
  const json other = object_member(spec, "nonResourceAttributes");
  if (!resource.is_null() && !other.is_null()) {
    refuse(type, "spec.nonResourceAttributes", shown_path(other),
           "cannot be specified in combination with resourceAttributes");
  }
  if (resource.is_null() && other.is_null()) {
    refuse(type, "spec.resourceAttributes", "null",
           "exactly one of nonResourceAttributes or resourceAttributes must be specified");
  }
  if (!other.is_null()) {
    Access access;
    access.verb = string_member(other, "verb");
    access.path = string_member(other, "path");
    if (access.path.empty()) access.path = "/";
    return access;
  }
  return {string_member(resource, "verb"),
          string_member(resource, "group"),
          string_member(resource, "resource"),
          string_member(resource, "subresource"),
          string_member(resource, "namespace"),
          string_member(resource, "name"),
          {}};
}

User read_subject(const ReviewType& type, const json& spec) {
  User user;
  user.name = string_member(spec, "user");
  user.uid = string_member(spec, "uid");
  user.groups = strings_member(spec, "groups");
  if (user.name.empty() && user.groups.empty()) {
    refuse(type, "spec.user", "\"\"", "at least one of user or group must be specified");
  }
  return user;
}

json access_status(const User& user, const Access& access, const Rbac& rbac) {
  const Authorization decision = rbac.decide(user, access);
  json status = {{"allowed", decision.allowed}};
  if (!decision.reason.empty()) status["reason"] = decision.reason;
  return status;
}

json local_access_status(const ReviewType& type, const Review& review, const json& spec, const Rbac& rbac) {
  const Access access = read_access(type, spec);
  if (!access.path.empty()) {
    refuse(type, "spec.nonResourceAttributes", shown_path(object_member(spec, "nonResourceAttributes")),
           "disallowed on this kind of request");
  }
  if (access.ns != review.path.ns) {
    refuse(type, "spec.resourceAttributes.namespace", quoted_text(access.ns), "must match metadata.namespace");
  }
  return access_status(read_subject(type, spec), access, rbac);
}

json rules_status(const json& spec, const Requester& requester) {
  const std::string ns = string_member(spec, "namespace");
  if (ns.empty()) throw StatusError(bad_request("no namespace on request"));
  json status = {{"resourceRules", json::array()}, {"nonResourceRules", json::array()}, {"incomplete", false}};
  std::vector<PolicyRule> rules = requester.rbac.rules_of(requester.user, ns);
  if (is_superuser(requester.user)) rules.insert(rules.begin(), all_rights().begin(), all_rights().end());
  for (const auto& rule : rules) {
    if (!rule.urls.empty())
      status["nonResourceRules"].push_back({{"verbs", rule.verbs}, {"nonResourceURLs", rule.urls}});
    if (rule.resources.empty()) continue;
    json shown = {{"verbs", rule.verbs}, {"apiGroups", rule.groups}, {"resources", rule.resources}};
    if (!rule.names.empty()) shown["resourceNames"] = rule.names;
    status["resourceRules"].push_back(std::move(shown));
  }
  return status;
}

json token_status(const Review& review, const json& spec, const Authenticator& authenticator) {
  const std::string token = string_member(spec, "token");
  if (token.empty()) throw StatusError(bad_request("token is required for TokenReview in authentication"));
  std::vector<std::string> wanted = strings_member(spec, "audiences");
  if (wanted.empty()) wanted.emplace_back(kServerAudience);
  const TokenFinding found = authenticator.find_token(review.cluster, token);
  if (!found.user) return {{"user", json::object()}, {"error", "invalid bearer token"}};
  std::vector<std::string> shared;
  std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(shared), [&](const std::string& one) {
    return std::find(found.audiences.begin(), found.audiences.end(), one) != found.audiences.end();
  });
  if (shared.empty()) {
    return {{"user", json::object()},
            {"error", "[invalid bearer token, token audiences " + quoted_list(found.audiences) +
                          " is invalid for the target audiences " + quoted_list(wanted) + "]"}};
  }
  return {{"authenticated", true}, {"user", shown_user(*found.user)}, {"audiences", shared}};
}

json status_of(const ReviewType& type, const Review& review, const json& spec, const Requester& requester,
               const Authenticator& authenticator) {
  switch (type.question) {
    case Question::who_am_i:
      return {{"userInfo", shown_user(requester.user)}};
    case Question::token:
      return token_status(review, spec, authenticator);
    case Question::my_access:
      return access_status(requester.user, read_access(type, spec), requester.rbac);
    case Question::access: {
      const Access access = read_access(type, spec);
      return access_status(read_subject(type, spec), access, requester.rbac);
    }
    case Question::local_access:
      return local_access_status(type, review, spec, requester.rbac);
    case Question::my_rules:
      return rules_status(spec, requester);
  }
  return {};
}

}  // namespace

std::optional<Answer> answer_review(const Review& review, const Requester& requester,
                                    const Authenticator& authenticator) {
  const ReviewType* type = find_review_type(review.path);
  const bool is_there = type != nullptr && review.path.name.empty() && type->namespaced == !review.path.ns.empty();
  if (!is_there) return std::nullopt;
  if (review.method != "POST") throw StatusError(method_not_allowed());
  require_json(review.content_type);
  const json document = parse_object(named_type(*type), review.body);
  const json spec = object_member(document, "spec");
  json answer = {{"kind", type->kind}, {"apiVersion", std::string(type->group) + "/v1"}, {"metadata", json::object()}};
  if (type->namespaced) answer["metadata"]["namespace"] = review.path.ns;
  if (type->question != Question::who_am_i) answer["spec"] = spec.is_null() ? json::object() : spec;
  answer["status"] = status_of(*type, review, answer.value("spec", json::object()), requester, authenticator);
  return Answer{201, to_text(answer) + "\n"};
}

}  // namespace kplane::testing::server
