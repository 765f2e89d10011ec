// A create that was not answered may have been carried out: the object is then known by its label.
#include "agent_account.hpp"

#include <utility>

#include <kplane/error.hpp>

#include "answer.hpp"
#include "codec/object_list.hpp"
#include "expected_answer.hpp"
#include "plane_kubeconfig.hpp"
#include "random_text.hpp"
#include "resource_access.hpp"
#include "resource_request.hpp"

namespace kplane::detail {

namespace {

constexpr const char* rbac_version = "rbac.authorization.k8s.io/v1";

void check_agent_options(const AgentOptions& options) {
  if (options.ttl.count() <= 0) throw ConfigError("AgentOptions::ttl must be longer than 0 s");
  if (options.role.empty()) throw ConfigError("AgentOptions::role must name a ClusterRole such as edit");
  if (options.ns.empty()) throw ConfigError("AgentOptions::ns must name a namespace: the account lives there");
}

codec::AgentIdentity identity_for(const AgentOptions& options) {
  constexpr std::size_t length = 16;  // more than 80 bits
  codec::AgentIdentity agent{options.name, options.ns, random_text(length)};
  if (agent.name.empty()) agent.name = "kplane-agent-" + agent.instance;
  return agent;
}

Resource accounts_of(const std::shared_ptr<const PlaneTarget>& target, const std::string& ns) {
  return ResourceAccess::make(target, make_resource_path("v1", "serviceaccounts")).in(ns);
}

Resource bindings_of(const std::shared_ptr<const PlaneTarget>& target, const AgentOptions& options) {
  if (options.cluster_wide) {
    return ResourceAccess::make(target, make_resource_path(rbac_version, "clusterrolebindings"));
  }
  return ResourceAccess::make(target, make_resource_path(rbac_version, "rolebindings")).in(options.ns);
}

/// Sent as it is, not through Resource::create(), whose errors may quote an answer that is no object.
codec::IssuedToken request_token(const std::shared_ptr<const PlaneTarget>& target, const codec::AgentIdentity& agent,
                                 const AgentOptions& options) {
  const Resource tokens = accounts_of(target, agent.ns).subresource("token");
  const ResourcePath& path = ResourceAccess::path(tokens);
  WriteOptions write;
  write.stop = options.stop;
  http::Request request = create_request(*target, path, codec::encode_token_request(agent, options.ttl), write);
  const Answer answer = ask_resource_or_throw(*target, path.api_version, std::move(request));
  codec::IssuedToken issued = codec::decode_issued_token(answer.body);
  check_is_created(codec::decode_object(answer.body), path, agent.name);
  return issued;
}

void fill(AgentAccount& made, const std::shared_ptr<const PlaneTarget>& target, const AgentOptions& options) {
  const auto scope = options.cluster_wide ? codec::BindingScope::cluster : codec::BindingScope::ns;
  config::KubeconfigContent content = kubeconfig_of_server(*target);
  made.account.create(codec::encode_service_account(made.agent), options.stop);
  made.binding.create(codec::encode_role_binding(made.agent, scope, options.role), options.stop);
  codec::IssuedToken issued = request_token(target, made.agent, options);
  content.ns = made.agent.ns;
  content.token = std::move(issued.token);
  made.kubeconfig = config::kubeconfig_text(content);
  made.expires_at = issued.expires_at;
}

void remove_quietly(const AgentAccount& made) noexcept {
  try {
    made.remove();
  } catch (...) {  // the error that led here says more
    return;
  }
}

}  // namespace

AgentObject::AgentObject(Resource resource, codec::AgentIdentity agent)
    : resource_(std::move(resource)), agent_(std::move(agent)) {}

void AgentObject::create(const std::string& object, const StopToken& stop) {
  WriteOptions options;
  options.stop = stop;
  const PlaneTarget& target = *ResourceAccess::target(resource_);
  http::Request request = create_request(target, ResourceAccess::path(resource_), object, options);
  may_exist_ = true;
  const Answer answer = ask_resource_or_throw(target, resource_.api_version(), std::move(request));
  const Object created = codec::decode_object(answer.body);
  check_is_created(created, ResourceAccess::path(resource_), agent_.name);
  uid_ = created.uid();
}

void AgentObject::remove() const {
  if (!may_exist_) return;
  const PlaneTarget& target = *ResourceAccess::target(resource_);
  const http::Clock& clock = target.core->clock();
  const auto deadline = http::deadline_after(clock.now(), target.core->options().request_timeout);
  DeleteOptions only_this;
  only_this.uid = uid_.empty() ? find_uid() : uid_;
  if (only_this.uid.empty()) return;
  http::Request request = remove_request(target, ResourceAccess::path(resource_), agent_.name, only_this);
  request.obeys_stop = false;  // who stops wants to leave nothing behind
  request.timeout = http::until(deadline, clock.now());
  const AnswerOrError judged = ask_resource(target, resource_.api_version(), std::move(request));
  const auto* error = std::get_if<std::shared_ptr<const Error>>(&judged);
  if (error != nullptr && !is_gone(**error)) (*error)->raise();
}

std::string AgentObject::find_uid() const {
  const PlaneTarget& target = *ResourceAccess::target(resource_);
  http::Request request = get_request(target, ResourceAccess::path(resource_), agent_.name, {});
  request.obeys_stop = false;
  const AnswerOrError judged = ask_resource(target, resource_.api_version(), std::move(request));
  if (const auto* error = std::get_if<std::shared_ptr<const Error>>(&judged)) {
    if (is_absent(**error)) return {};
    (*error)->raise();
  }
  const Object object = codec::decode_object(std::get<Answer>(judged).body);
  return codec::is_made_for(agent_, object) ? std::string(object.uid()) : std::string();
}

void AgentAccount::remove() const {
  try {
    account.remove();  // first: the token ends with it
  } catch (const Error&) {
    binding.remove();
    throw;
  }
  binding.remove();
}

std::shared_ptr<const AgentAccount> make_agent_account(const std::shared_ptr<const PlaneTarget>& target,
                                                       const AgentOptions& options) {
  check_agent_options(options);
  const codec::AgentIdentity agent = identity_for(options);
  auto made = std::make_shared<AgentAccount>(AgentAccount{agent, AgentObject(accounts_of(target, agent.ns), agent),
                                                          AgentObject(bindings_of(target, options), agent)});
  try {
    fill(*made, target, options);
  } catch (...) {
    remove_quietly(*made);
    throw;
  }
  return made;
}

}  // namespace kplane::detail
