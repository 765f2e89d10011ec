#include "local_server/base/status.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "local_server/base/json_text.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::ordered_json;

Answer failure(int code, const std::string& message, const std::string& reason, const ordered_json& details,
               const ordered_json& metadata = ordered_json::object()) {
  ordered_json status = {
      {"kind", "Status"}, {"apiVersion", "v1"}, {"metadata", metadata}, {"status", "Failure"}, {"message", message}};
  if (!reason.empty()) status["reason"] = reason;
  if (!details.is_null()) status["details"] = details;
  status["code"] = code;
  return Answer{code, to_text(status) + "\n"};
}

// The order name, group, kind, and the omission of empty fields follow Go's StatusDetails.
ordered_json details_of(const std::string& name, const std::string& group, const std::string& kind) {
  ordered_json details = ordered_json::object();
  if (!name.empty()) details["name"] = name;
  if (!group.empty()) details["group"] = group;
  if (!kind.empty()) details["kind"] = kind;
  return details;
}

ordered_json details_of(const ResourceType& type, const std::string& name) {
  return details_of(name, type.group, type.resource);
}

void add_causes(ordered_json& details, const std::vector<Cause>& causes) {
  for (const auto& cause : causes) {
    details["causes"].push_back({{"reason", cause.reason}, {"message", cause.message}, {"field", cause.field}});
  }
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::string subject(const ResourceType& type, const std::string& name) {
  return qualified_resource(type) + " " + quoted(name);
}

// Duplicate problems are reported once.
std::string joined(const std::vector<Cause>& causes) {
  std::vector<std::string> problems;
  for (const auto& cause : causes) {
    std::string problem = cause.field + ": " + cause.message;
    if (std::find(problems.begin(), problems.end(), problem) == problems.end()) problems.push_back(std::move(problem));
  }
  std::string text;
  for (const auto& problem : problems) text += (text.empty() ? "" : ", ") + problem;
  return problems.size() == 1 ? text : "[" + text + "]";
}

std::string scope_of(const Access& access) {
  return access.ns.empty() ? "at the cluster scope" : "in the namespace " + quoted(access.ns);
}

Answer forbidden_path(const std::string& user, const Access& access) {
  const std::string message =
      "forbidden: User " + quoted(user) + " cannot " + access.verb + " path " + quoted(access.path);
  return failure(403, message, "Forbidden", ordered_json::object());
}

}  // namespace

Cause missing_field(const std::string& field) { return {"FieldValueRequired", "Required value", field}; }

Answer bad_request(const std::string& message) { return failure(400, message, "BadRequest", nullptr); }

Answer unauthorized() { return failure(401, "Unauthorized", "Unauthorized", nullptr); }

Answer forbidden(const std::string& user, const Access& access, const std::string& reason) {
  if (!access.path.empty()) return forbidden_path(user, access);
  std::string what = access.resource;
  if (!access.group.empty()) what += "." + access.group;
  if (!access.name.empty()) what += " " + quoted(access.name);
  const std::string resource =
      access.subresource.empty() ? access.resource : access.resource + "/" + access.subresource;
  const std::string message = what + " is forbidden: User " + quoted(user) + " cannot " + access.verb + " resource " +
                              quoted(resource) + " in API group " + quoted(access.group) + " " + scope_of(access) +
                              (reason.empty() ? "" : ": " + reason);
  return failure(403, message, "Forbidden", details_of(access.name, access.group, access.resource));
}

Answer forbidden_object(const ResourceType& type, const std::string& name, const std::string& problem) {
  return failure(403, subject(type, name) + " is forbidden: " + problem, "Forbidden", details_of(type, name));
}

Answer bound_conflict(const ResourceType& type, const std::string& name, const std::string& uid) {
  return failure(409,
                 "Operation cannot be fulfilled on " + type.kind + " " + quoted(name) +
                     ": the UID in the bound object reference (" + uid +
                     ") does not match the UID in record. The object might have been deleted and then recreated",
                 "Conflict", details_of(name, type.group, type.kind));
}

Answer protected_namespace(const std::string& name) {
  return failure(403, "namespaces " + quoted(name) + " is forbidden: this namespace may not be deleted", "Forbidden",
                 details_of(name, "", "namespaces"));
}

Answer not_found(const ResourceType& type, const std::string& name) {
  return failure(404, subject(type, name) + " not found", "NotFound", details_of(type, name));
}

Answer terminating_namespace(const ResourceType& type, const std::string& name, const std::string& ns) {
  ordered_json details = details_of(type, name);
  details["causes"] = ordered_json::array({{{"reason", "NamespaceTerminating"},
                                            {"message", "namespace " + ns + " is being terminated"},
                                            {"field", "metadata.namespace"}}});
  return failure(403,
                 subject(type, name) + " is forbidden: unable to create new content in namespace " + ns +
                     " because it is being terminated",
                 "Forbidden", details);
}

Answer being_deleted(const ResourceType& type, const std::string& name) {
  return failure(409, "object is being deleted: " + subject(type, name) + " already exists", "AlreadyExists",
                 details_of(type, name));
}

Answer already_exists(const ResourceType& type, const std::string& name) {
  return failure(409, subject(type, name) + " already exists", "AlreadyExists", details_of(type, name));
}

Answer conflict(const ResourceType& type, const std::string& name, const std::string& problem) {
  return failure(409, "Operation cannot be fulfilled on " + subject(type, name) + ": " + problem, "Conflict",
                 details_of(type, name));
}

Answer modified_conflict(const ResourceType& type, const std::string& name) {
  return conflict(type, name,
                  "the object has been modified; please apply your changes to the latest version and try again");
}

Answer expired(const std::string& message, const std::string& continue_token) {
  ordered_json metadata = ordered_json::object();
  if (!continue_token.empty()) metadata["continue"] = continue_token;
  return failure(410, message, "Expired", nullptr, metadata);
}

Answer too_large_resource_version(std::uint64_t wanted, std::uint64_t current) {
  const ordered_json cause = {{"reason", "ResourceVersionTooLarge"}, {"message", "Too large resource version"}};
  Answer answer = failure(
      504, "Timeout: Too large resource version: " + std::to_string(wanted) + ", current: " + std::to_string(current),
      "Timeout", {{"causes", ordered_json::array({cause})}, {"retryAfterSeconds", 1}});
  answer.headers.emplace_back("Retry-After", "1");
  return answer;
}

Answer apply_conflict(const std::string& message, const std::vector<Cause>& causes) {
  ordered_json details = ordered_json::object();
  add_causes(details, causes);
  return failure(409, message, "Conflict", details);
}

Answer invalid(const ResourceType& type, const std::string& name, const std::vector<Cause>& causes) {
  ordered_json details = details_of(name, type.group, type.kind);
  add_causes(details, causes);
  const std::string message = qualified_kind(type) + " " + quoted(name) + " is invalid: " + joined(causes);
  return failure(422, message, "Invalid", details);
}

Answer rejected_patch() {
  return failure(422, "the server rejected our request due to an error in our request", "Invalid",
                 ordered_json::object());
}

Answer method_not_allowed() {
  return failure(405, "the server does not allow this method on the requested resource", "MethodNotAllowed",
                 ordered_json::object());
}

Answer method_not_supported(const ResourceType& type, const std::string& verb) {
  return failure(405, verb + " is not supported on resources of kind " + quoted(qualified_resource(type)),
                 "MethodNotAllowed", details_of("", type.group, type.resource));
}

Answer not_acceptable() {
  return failure(406,
                 "only the following media types are accepted: application/json, application/yaml, "
                 "application/vnd.kubernetes.protobuf",
                 "NotAcceptable", nullptr);
}

Answer unsupported_media_type(std::string_view accepted) {
  return failure(
      415, "the body of the request was in an unknown format - accepted media types include: " + std::string(accepted),
      "UnsupportedMediaType", nullptr);
}

Answer unsupported_patch_type() {
  return failure(415, "415: Unsupported Media Type", "UnsupportedMediaType", ordered_json::object());
}
Answer not_acceptable(const std::string& message) { return failure(406, message, "NotAcceptable", nullptr); }

Answer too_large(const std::string& message) { return failure(413, message, "RequestEntityTooLarge", nullptr); }

Answer internal_error(const std::string& message) {
  return failure(500, "Internal error occurred: " + message, "InternalError",
                 {{"causes", ordered_json::array({{{"message", message}}})}});
}

Answer unexplained_error(const std::string& message) { return failure(500, message, "", nullptr); }

Answer too_many_disruptions(const std::string& cause, int retry_after_seconds) {
  ordered_json details = {{"causes", ordered_json::array({{{"reason", "DisruptionBudget"}, {"message", cause}}})}};
  if (retry_after_seconds > 0) details["retryAfterSeconds"] = retry_after_seconds;
  Answer answer =
      failure(429, "Cannot evict pod as it would violate the pod's disruption budget.", "TooManyRequests", details);
  if (retry_after_seconds > 0) answer.headers.emplace_back("Retry-After", std::to_string(retry_after_seconds));
  return answer;
}

Answer success(int code) {
  const ordered_json status = {{"kind", "Status"},
                               {"apiVersion", "v1"},
                               {"metadata", ordered_json::object()},
                               {"status", "Success"},
                               {"code", code}};
  return Answer{code, to_text(status) + "\n"};
}

Answer deleted(const ResourceType& type, const std::string& name, const std::string& uid) {
  ordered_json details = details_of(type, name);
  details["uid"] = uid;
  const ordered_json status = {{"kind", "Status"},
                               {"apiVersion", "v1"},
                               {"metadata", ordered_json::object()},
                               {"status", "Success"},
                               {"details", details}};
  return Answer{200, to_text(status) + "\n"};
}

Answer unknown_resource() {
  return failure(404, "the server could not find the requested resource", "NotFound", ordered_json::object());
}

Answer page_not_found() { return Answer{404, "404 page not found\n", kTextType}; }

}  // namespace kplane::testing::server
