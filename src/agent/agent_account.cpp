// A create whose response was lost may have been carried out; the object is then recognised by its label.
#include "agent/agent_account.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <kplane/error.hpp>

#include "agent/agent_role.hpp"
#include "agent/plane_kubeconfig.hpp"
#include "base/excerpt.hpp"
#include "base/random_text.hpp"
#include "codec/object_list.hpp"
#include "resource/expected_answer.hpp"
#include "resource/resource_access.hpp"
#include "resource/resource_request.hpp"
#include "session/api_response.hpp"
#include "session/system_namespace.hpp"
#include "session/validation.hpp"

namespace kplane::detail {

namespace {

constexpr const char* rbac_version = "rbac.authorization.k8s.io/v1";

void check_agent_options(const AgentOptions& options) {
  if (options.ttl.count() <= 0) throw ConfigError("AgentOptions::ttl must be longer than 0 s");
  if (options.role.empty()) throw ConfigError("AgentOptions::role must name a ClusterRole such as edit");
  if (options.ns.empty()) throw ConfigError("AgentOptions::ns must name the namespace of the service account");
  if (options.bootstrap_timeout.count() < 0) throw ConfigError("AgentOptions::bootstrap_timeout must be 0 ms or more");
}

AgentNames identity_for(const AgentOptions& options) {
  constexpr std::size_t length = 16;  // more than 80 bits
  AgentNames agent{options.name, options.ns, random_text(length)};
  if (agent.name.empty()) agent.name = "kplane-agent-" + agent.instance;
  check_object_name(agent.name);
  return agent;
}

Resource accounts_of(const std::shared_ptr<const PlaneEndpoint>& endpoint, const std::string& ns) {
  return ResourceAccess::make(endpoint, make_resource_path("v1", "serviceaccounts")).in(ns);
}

Resource bindings_of(const std::shared_ptr<const PlaneEndpoint>& endpoint, const AgentOptions& options) {
  if (options.cluster_wide) {
    return ResourceAccess::make(endpoint, make_resource_path(rbac_version, "clusterrolebindings"));
  }
  return ResourceAccess::make(endpoint, make_resource_path(rbac_version, "rolebindings")).in(options.ns);
}

/// Not sent through Resource::create(), whose errors may quote an answer that is not an object.
IssuedToken request_token(const std::shared_ptr<const PlaneEndpoint>& endpoint, const AgentNames& agent,
                          const AgentOptions& options) {
  const Resource tokens = accounts_of(endpoint, agent.ns).subresource("token");
  const ResourcePath& path = ResourceAccess::path(tokens);
  WriteOptions write;
  write.stop = options.stop;
  http::Request request = create_request(*endpoint, path, encode_token_request(agent, options.ttl), write);
  const ApiResponse answer = ask_resource_or_throw(*endpoint, path.api_version, std::move(request));
  IssuedToken issued = decode_issued_token(answer.body);
  check_is_created(codec::decode_object(answer.body), path, agent.name);
  return issued;
}

Resource roles_of(const std::shared_ptr<const PlaneEndpoint>& endpoint, const std::string& ns, RoleKind kind) {
  if (kind == RoleKind::cluster_role) {
    return ResourceAccess::make(endpoint, make_resource_path(rbac_version, "clusterroles"));
  }
  return ResourceAccess::make(endpoint, make_resource_path(rbac_version, "roles")).in(ns);
}

/// The kind of the account's own role.
RoleKind kind_of(const AgentRole& role, const AgentOptions& options) {
  const bool needs_cluster =
      options.cluster_wide ||
      std::any_of(role.rules.begin(), role.rules.end(), [](const PolicyRule& rule) { return rule.is_non_resource; });
  return needs_cluster ? RoleKind::cluster_role : RoleKind::role;
}

/// A new plane creates its namespaces shortly after its first access (contract §10).
void make_service_account(AgentAccount& made, Poll& poll, const StopToken& stop) {
  for (;;) {
    try {
      return made.account.create(encode_service_account(made.agent), stop);
    } catch (const NotFound& error) {
      const bool lacks_namespace = error.details().kind == "namespaces" && is_system_namespace(made.agent.ns);
      if (!lacks_namespace || !poll.wait()) throw;
    }
  }
}

/// Creates a role or binding; if the server refuses it, the error includes advice. The server lists every missing
/// right, up to 8 kB.
void create_right(AgentObject& object, const std::string& text, const StopToken& stop, const char* advice) {
  constexpr std::size_t most_of_refusal = 400;
  try {
    object.create(text, stop);
  } catch (const Forbidden& error) {
    ApiError::Info info = info_of(error);
    info.message = advice + (": " + excerpt(info.message, most_of_refusal));
    throw Forbidden(std::move(info));
  }
}

/// @return the role to bind
RoleReference make_role(AgentAccount& made, const std::shared_ptr<const PlaneEndpoint>& endpoint, const AgentRole& role,
                        const AgentOptions& options) {
  if (role.rules.empty()) return {RoleKind::cluster_role, role.name};
  const RoleKind kind = kind_of(role, options);
  made.role.emplace(roles_of(endpoint, made.agent.ns, kind), made.agent);
  create_right(
      *made.role, encode_role(made.agent, kind, role.rules), options.stop,
      "AgentOptions::role is aggregated and empty because the plane has no controller, so the agent gets "
      "its rules in a role of its own; creating that requires all of these rights, or the verbs escalate and bind on "
      "roles");
  return {kind, made.agent.name};
}

void make_binding(AgentAccount& made, const RoleReference& role, const AgentOptions& options) {
  const auto scope = options.cluster_wide ? BindingScope::cluster : BindingScope::ns;
  create_right(made.binding, encode_role_binding(made.agent, scope, role), options.stop,
               "binding an agent to a role requires all rights of that role, or the verb bind on it");
}

void remove_quietly(const AgentAccount& made) noexcept {
  try {
    made.remove();
  } catch (...) {  // the original error is more useful
    return;
  }
}

}  // namespace

AgentObject::AgentObject(Resource resource, AgentNames agent)
    : resource_(std::move(resource)), agent_(std::move(agent)) {}

void AgentObject::create(const std::string& object, const StopToken& stop) {
  WriteOptions options;
  options.stop = stop;
  const PlaneEndpoint& endpoint = *ResourceAccess::endpoint(resource_);
  http::Request request = create_request(endpoint, ResourceAccess::path(resource_), object, options);
  may_exist_ = true;
  const Result<ApiResponse> result = without_failure(try_send(endpoint.core->transport(), std::move(request)));
  const Object created = codec::decode_object(result.value_or_raise().body);
  check_is_created(created, ResourceAccess::path(resource_), agent_.name);
  uid_ = created.uid();
}

void AgentObject::remove() const {
  if (!may_exist_) return;
  const PlaneEndpoint& endpoint = *ResourceAccess::endpoint(resource_);
  const TimePoint deadline = endpoint.core->deadline();
  DeleteOptions only_this;
  only_this.propagation =
      Propagation::background;  // others need a controller, which a plane may not have (contract §9)
  only_this.uid = uid_.empty() ? find_uid() : uid_;
  if (only_this.uid.empty()) return;
  http::Request request = remove_request(endpoint, ResourceAccess::path(resource_), agent_.name, only_this);
  request.obeys_stop = false;  // clean-up must run even after a stop
  request.deadline = deadline;
  const Result<ApiResponse> result = ask_resource(endpoint, resource_.api_version(), std::move(request));
  if (result.ok()) return check_is_deleted(result.value(), ResourceAccess::path(resource_), agent_.name);
  if (!is_gone(*result.error())) result.error()->raise();
}

std::string AgentObject::find_uid() const {
  const PlaneEndpoint& endpoint = *ResourceAccess::endpoint(resource_);
  http::Request request = get_request(endpoint, ResourceAccess::path(resource_), agent_.name, {});
  request.obeys_stop = false;
  const Result<ApiResponse> result = ask_resource(endpoint, resource_.api_version(), std::move(request));
  if (!result.ok() && is_absent(*result.error())) return {};
  const Object object = codec::decode_object(result.value_or_raise().body);
  return is_made_for(agent_, object) ? std::string(object.uid()) : std::string();
}

void AgentAccount::remove() const {
  std::exception_ptr failure;
  const auto remove_one = [&failure](const AgentObject& object) {
    try {
      object.remove();
    } catch (const Error&) {
      if (failure == nullptr) failure = std::current_exception();
    }
  };
  remove_one(account);  // first: the token ends with it
  remove_one(binding);
  if (role) remove_one(*role);
  if (failure != nullptr) std::rethrow_exception(failure);
}

std::shared_ptr<const AgentAccount> make_agent_account(const std::shared_ptr<const PlaneEndpoint>& endpoint,
                                                       const AgentOptions& options) {
  check_agent_options(options);
  const AgentNames agent = identity_for(options);
  auto made = std::make_shared<AgentAccount>(AgentAccount{agent, AgentObject(accounts_of(endpoint, agent.ns), agent),
                                                          AgentObject(bindings_of(endpoint, options), agent)});
  config::KubeconfigContent content = kubeconfig_of_server(*endpoint);
  Poll poll(endpoint->core->clock(), options.bootstrap_timeout, endpoint->core->stops(options.stop));
  const AgentRole role = find_agent_role(options.role, cluster_roles_of(endpoint, options), poll);
  try {
    make_service_account(*made, poll, options.stop);
    make_binding(*made, make_role(*made, endpoint, role, options), options);
    IssuedToken issued = request_token(endpoint, agent, options);
    content.ns = agent.ns;
    content.token = std::move(issued.token);
    made->kubeconfig = config::kubeconfig_text(content);
    made->expires_at = issued.expires_at;
  } catch (...) {
    remove_quietly(*made);
    throw;
  }
  return made;
}

}  // namespace kplane::detail
