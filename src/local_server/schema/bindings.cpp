// Validation and defaults of bindings.
#include "local_server/schema/bindings.hpp"

#include <algorithm>
#include <string>

#include "local_server/base/json_text.hpp"
#include "local_server/schema/validation.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

Cause unsupported(const std::string& field, const std::string& value, const std::vector<std::string>& supported) {
  std::string list;
  for (const auto& one : supported) list += (list.empty() ? "" : ", ") + to_text(json(one));
  return {"FieldValueNotSupported", "Unsupported value: " + to_text(json(value)) + ": supported values: " + list,
          field};
}

void check_supported(const std::string& field, const std::string& value, const std::vector<std::string>& supported,
                     std::vector<Cause>& causes) {
  if (std::find(supported.begin(), supported.end(), value) == supported.end()) {
    causes.push_back(unsupported(field, value, supported));
  }
}

bool is_known_kind(const std::string& kind) { return kind == "ServiceAccount" || kind == "User" || kind == "Group"; }

void check_subject(const ResourceType& type, const json& subject, const std::string& field,
                   std::vector<Cause>& causes) {
  if (string_member(subject, "name").empty()) causes.push_back(missing_field(field + ".name"));
  const std::string kind = string_member(subject, "kind");
  if (!is_known_kind(kind)) {
    causes.push_back(unsupported(field + ".kind", kind, {"ServiceAccount", "User", "Group"}));
    return;
  }
  const bool is_account = kind == "ServiceAccount";
  check_supported(field + ".apiGroup", string_member(subject, "apiGroup"), {is_account ? "" : kRbacApiGroup}, causes);
  if (is_account && !type.namespaced && string_member(subject, "namespace").empty()) {
    causes.push_back(missing_field(field + ".namespace"));
  }
}

// As Go prints the struct.
std::string role_text(const json& role) {
  const auto part = [&](const char* field) { return to_text(json(string_member(role, field))); };
  return "rbac.RoleRef{APIGroup:" + part("apiGroup") + ", Kind:" + part("kind") + ", Name:" + part("name") + "}";
}

}  // namespace

bool is_binding(const ResourceType& type) {
  return type.group == kRbacApiGroup && (type.resource == "rolebindings" || type.resource == "clusterrolebindings");
}

std::vector<Cause> binding_problems(const ResourceType& type, const json& binding) {
  std::vector<Cause> causes;
  const json& role = binding["roleRef"];
  check_supported("roleRef.apiGroup", string_member(role, "apiGroup"), {kRbacApiGroup}, causes);
  const std::vector<std::string> kinds =
      type.namespaced ? std::vector<std::string>{"Role", "ClusterRole"} : std::vector<std::string>{"ClusterRole"};
  check_supported("roleRef.kind", string_member(role, "kind"), kinds, causes);
  if (string_member(role, "name").empty()) causes.push_back(missing_field("roleRef.name"));
  const json subjects = binding.value("subjects", json());
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    check_subject(type, subjects[i], "subjects[" + std::to_string(i) + "]", causes);
  }
  return causes;
}

std::vector<Cause> rebinding_problems(const json& before, const json& after) {
  if (before.value("roleRef", json()) == after.value("roleRef", json())) return {};
  return {
      {"FieldValueInvalid", "Invalid value: " + role_text(after["roleRef"]) + ": cannot change roleRef", "roleRef"}};
}

}  // namespace kplane::testing::server
