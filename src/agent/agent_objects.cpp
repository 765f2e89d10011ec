#include "agent/agent_objects.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include <kplane/json.hpp>

#include "codec/object_list.hpp"
#include "codec/rfc3339.hpp"
#include "json/dump.hpp"
#include "json/json_text.hpp"

namespace kplane::detail {

namespace {

using nlohmann::json;

constexpr const char* rbac_group = "rbac.authorization.k8s.io";

json labels_of(const AgentNames& agent) {
  return {{"app.kubernetes.io/managed-by", "kplane-cpp"}, {"app.kubernetes.io/instance", agent.instance}};
}

const char* name_of(RoleKind kind) noexcept { return kind == RoleKind::role ? "Role" : "ClusterRole"; }

json metadata_of(const AgentNames& agent, bool is_namespaced) {
  json metadata = {{"name", agent.name}, {"labels", labels_of(agent)}};
  if (is_namespaced) metadata["namespace"] = agent.ns;
  return metadata;
}

bool is_token(std::string_view text) {
  constexpr std::size_t longest = std::size_t{64} * 1024;
  const auto is_printable = [](unsigned char c) { return c > 0x20 && c < 0x7f; };
  return text.size() <= longest && std::all_of(text.begin(), text.end(), is_printable);
}

}  // namespace

std::string encode_service_account(const AgentNames& agent) {
  return kplane::json::dump({{"apiVersion", "v1"}, {"kind", "ServiceAccount"}, {"metadata", metadata_of(agent, true)}});
}

std::string encode_role_binding(const AgentNames& agent, BindingScope scope, const RoleReference& role) {
  const bool is_namespaced = scope == BindingScope::ns;
  const json subject = {{"kind", "ServiceAccount"}, {"name", agent.name}, {"namespace", agent.ns}};
  return kplane::json::dump({{"apiVersion", std::string(rbac_group) + "/v1"},
                             {"kind", is_namespaced ? "RoleBinding" : "ClusterRoleBinding"},
                             {"metadata", metadata_of(agent, is_namespaced)},
                             {"roleRef", {{"apiGroup", rbac_group}, {"kind", name_of(role.kind)}, {"name", role.name}}},
                             {"subjects", json::array({subject})}});
}

std::string encode_role(const AgentNames& agent, RoleKind kind, const std::vector<PolicyRule>& rules) {
  json list = json::array();
  for (const PolicyRule& rule : rules) list.push_back(parse_json(rule.text));
  return kplane::json::dump({{"apiVersion", std::string(rbac_group) + "/v1"},
                             {"kind", name_of(kind)},
                             {"metadata", metadata_of(agent, kind == RoleKind::role)},
                             {"rules", std::move(list)}});
}

std::string encode_token_request(const AgentNames& agent, std::chrono::seconds ttl) {
  return kplane::json::dump({{"apiVersion", "authentication.k8s.io/v1"},
                             {"kind", "TokenRequest"},
                             {"metadata", {{"name", agent.name}, {"namespace", agent.ns}}},
                             {"spec", {{"expirationSeconds", ttl.count()}}}});
}

bool is_made_for(const AgentNames& agent, const Object& object) {
  return object.get<std::string>("/metadata/labels/app.kubernetes.io~1instance") == agent.instance;
}

IssuedToken decode_issued_token(const std::shared_ptr<const Document>& body) {
  const char* const begin = body->text().data();
  if (kplane::json::kind_of(kplane::json::trimmed(body->text())) != kplane::json::Kind::object)
    kplane::json::fail_at(*body, begin, "not a TokenRequest: not a JSON object");
  const Object answer = codec::decode_object(body);
  auto token = answer.get<std::string>("/status/token");
  if (!token || token->empty()) kplane::json::fail_at(*body, begin, "a TokenRequest without status.token");
  if (!is_token(*token))
    kplane::json::fail_at(*body, begin, "a TokenRequest whose status.token is not valid in an HTTP header");
  const auto expiry = answer.get<std::string>("/status/expirationTimestamp");
  const auto expires_at = expiry ? codec::parse_rfc3339(*expiry) : std::nullopt;
  if (!expires_at) kplane::json::fail_at(*body, begin, "a TokenRequest without a time in status.expirationTimestamp");
  // Go's year 1 means already expired; so does the epoch, which arithmetic cannot overflow.
  return {*std::move(token), std::max(*expires_at, std::chrono::system_clock::time_point())};
}

}  // namespace kplane::detail
