// The objects of an agent as JSON.
#include "codec/agent_objects.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "codec/json_text.hpp"
#include "codec/object_list.hpp"
#include "codec/rfc3339.hpp"

namespace kplane::codec {

namespace {

using nlohmann::json;

constexpr const char* rbac_group = "rbac.authorization.k8s.io";

json labels_of(const AgentIdentity& agent) {
  return {{"app.kubernetes.io/managed-by", "kplane-cpp"}, {"app.kubernetes.io/instance", agent.instance}};
}

std::string text_of(const json& object) { return object.dump(-1, ' ', false, json::error_handler_t::replace); }

bool is_token(std::string_view text) {
  constexpr std::size_t longest = std::size_t{64} * 1024;
  const auto is_printable = [](unsigned char c) { return c > 0x20 && c < 0x7f; };
  return text.size() <= longest && std::all_of(text.begin(), text.end(), is_printable);
}

}  // namespace

std::string encode_service_account(const AgentIdentity& agent) {
  return text_of({{"apiVersion", "v1"},
                  {"kind", "ServiceAccount"},
                  {"metadata", {{"name", agent.name}, {"namespace", agent.ns}, {"labels", labels_of(agent)}}}});
}

std::string encode_role_binding(const AgentIdentity& agent, BindingScope scope, const std::string& cluster_role) {
  json metadata = {{"name", agent.name}, {"labels", labels_of(agent)}};
  if (scope == BindingScope::ns) metadata["namespace"] = agent.ns;
  const json subject = {{"kind", "ServiceAccount"}, {"name", agent.name}, {"namespace", agent.ns}};
  return text_of({{"apiVersion", std::string(rbac_group) + "/v1"},
                  {"kind", scope == BindingScope::ns ? "RoleBinding" : "ClusterRoleBinding"},
                  {"metadata", std::move(metadata)},
                  {"roleRef", {{"apiGroup", rbac_group}, {"kind", "ClusterRole"}, {"name", cluster_role}}},
                  {"subjects", json::array({subject})}});
}

std::string encode_token_request(const AgentIdentity& agent, std::chrono::seconds ttl) {
  return text_of({{"apiVersion", "authentication.k8s.io/v1"},
                  {"kind", "TokenRequest"},
                  {"metadata", {{"name", agent.name}, {"namespace", agent.ns}}},
                  {"spec", {{"expirationSeconds", ttl.count()}}}});
}

bool is_made_for(const AgentIdentity& agent, const Object& object) {
  return object.get<std::string>("/metadata/labels/app.kubernetes.io~1instance") == agent.instance;
}

IssuedToken decode_issued_token(const std::shared_ptr<const Document>& body) {
  const char* const begin = body->text().data();
  if (kind_of(trimmed(body->text())) != Kind::object) fail_at(*body, begin, "not a TokenRequest: no JSON object");
  const Object answer = decode_object(body);
  auto token = answer.get<std::string>("/status/token");
  if (!token || token->empty()) fail_at(*body, begin, "a TokenRequest without status.token");
  if (!is_token(*token)) fail_at(*body, begin, "a TokenRequest whose status.token no HTTP header can hold");
  const auto expiry = answer.get<std::string>("/status/expirationTimestamp");
  const auto expires_at = expiry ? parse_rfc3339(*expiry) : std::nullopt;
  if (!expires_at) fail_at(*body, begin, "a TokenRequest without a time in status.expirationTimestamp");
  // Go's year 1 is an expiry that was: the epoch is one too, and can be reckoned with.
  return {*std::move(token), std::max(*expires_at, std::chrono::system_clock::time_point())};
}

}  // namespace kplane::codec
