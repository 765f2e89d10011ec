#include <kplane/plane.hpp>

#include <utility>

#include "agent/agent_account.hpp"
#include "agent/plane_kubeconfig.hpp"
#include "cleanup/namespace_cleanup.hpp"
#include "config/kubeconfig_text.hpp"
#include "config/private_file.hpp"
#include "json/object_access.hpp"
#include "plane/manifest_batch.hpp"
#include "plane/plane_access.hpp"
#include "plane/plane_readiness.hpp"
#include "plane/restore_batch.hpp"
#include "resource/discovery.hpp"
#include "resource/plane_request.hpp"
#include "resource/resource_access.hpp"
#include "resource/type_search.hpp"
#include "restore/fork.hpp"
#include "session/api_response.hpp"
#include "session/client_core.hpp"
#include "state/settled_read.hpp"
#include "state/state_read.hpp"
#include "state/write_listener.hpp"

namespace kplane {

namespace {

ManifestResults run_on(const Plane& plane, const detail::ManifestPlan& plan) {
  detail::ClientCore& core = *detail::PlaneAccess::endpoint(plane).core;
  return std::move(detail::run_manifests(core, {plane}, plan, {}, {}).front());
}

}  // namespace

Plane::Plane(std::shared_ptr<const detail::PlaneEndpoint> endpoint) noexcept : endpoint_(std::move(endpoint)) {}

const std::string& Plane::cluster() const& noexcept { return endpoint_->cluster; }
std::string Plane::cluster() && { return endpoint_->cluster; }

const std::string& Plane::base_url() const& noexcept { return endpoint_->base_url; }
std::string Plane::base_url() && { return endpoint_->base_url; }
const std::string& Plane::default_namespace() const& noexcept { return endpoint_->ns; }
std::string Plane::default_namespace() && { return endpoint_->ns; }

Snapshot Plane::state(const StateOptions& options) const {
  if (!options.require_synced) return detail::read_state(*endpoint_, options);
  return detail::read_settled(*endpoint_, detail::settle_plan(options), options);
}

Plane Plane::logged(const WriteLog& log) const {
  auto endpoint = std::make_shared<detail::PlaneEndpoint>(*endpoint_);
  endpoint->write_listener = std::make_shared<detail::WriteListener>(*endpoint, detail::WriteLogAccess::objects(log));
  return Plane(std::move(endpoint));
}

Snapshot Plane::settled_state(const WriteLog& log, const SettleOptions& options) const {
  const detail::SettlePlan plan = detail::settle_plan(options, detail::WriteLogAccess::objects(log));
  return detail::read_settled(*endpoint_, plan, options.state);
}

Snapshot Plane::settled_state(const SettleOptions& options) const {
  return detail::read_settled(*endpoint_, detail::settle_plan(options, nullptr), options.state);
}

bool Plane::is_ready() const {
  detail::ClientCore& core = *endpoint_->core;
  return detail::probe(core, endpoint_->base_url, endpoint_->credentials, core.deadline()).ready;
}

void Plane::wait_until_ready(std::chrono::milliseconds timeout, const StopToken& stop) const {
  PlaneWaitOptions options;
  options.timeout = timeout;
  options.stop = stop;
  wait_until_ready(options);
}

void Plane::wait_until_ready(const PlaneWaitOptions& options) const {
  detail::ProbeScope scope;
  scope.bootstrapped = options.bootstrapped;
  detail::wait_until_ready(
      *endpoint_->core, options.timeout, options.stop, "plane " + endpoint_->cluster,
      [&](detail::TimePoint deadline) { return detail::probe_plane(*endpoint_, scope, deadline, options.stop); });
}

Resource Plane::resource(std::string_view api_version, std::string_view plural) const {
  return detail::ResourceAccess::make(endpoint_, detail::make_resource_path(api_version, plural));
}

Resource Plane::resource(const SnapshotResource& type) const {
  const codec::ServedType served = detail::search_type(*endpoint_, type.group, type.resource);
  return detail::ResourceAccess::make(endpoint_, detail::make_resource_path(served.api_version, served.plural));
}

Resource Plane::resource_of_kind(std::string_view api_version, std::string_view kind) const {
  return detail::ResourceAccess::make(endpoint_, detail::path_of_kind(*endpoint_, api_version, kind));
}

ManifestResults Plane::apply(const Manifests& manifests, const ManifestOptions& options) const {
  return run_on(*this, detail::make_plan(manifests, options, detail::ManifestAction::apply));
}

ManifestResults Plane::remove(const Manifests& manifests, const ManifestOptions& options) const {
  return run_on(*this, detail::make_plan(manifests, options, detail::ManifestAction::remove));
}

Manifests Plane::manifests(const Snapshot& state, const ForkOptions& options) const {
  return detail::fork_manifests(*endpoint_, state, options);
}

NamespaceRemoval Plane::remove_namespace(std::string_view name, const RemoveNamespaceOptions& options) const {
  return detail::remove_namespace(*endpoint_, name, options);
}

Baseline Plane::baseline(const BaselineOptions& options) const { return detail::take_baseline(*this, options); }

RestoreResult Plane::restore(const Baseline& baseline, const RestoreOptions& options) const {
  RestoreResult result = detail::restore_planes(*endpoint_->core, {*this}, baseline, options, {}).front();
  result.raise_if_failed();
  return result;
}

void Plane::verify_pristine(const Baseline& baseline, const GetOptions& options) const {
  detail::verify_pristine(*this, baseline, options);
}

RestoreResult Plane::purge(const PurgeOptions& options) const {
  RestoreResult result = detail::purge_planes(*endpoint_->core, {*this}, options, {}).front();
  result.raise_if_failed();
  return result;
}

std::string Plane::kubeconfig() const { return config::kubeconfig_text(detail::kubeconfig_of(*endpoint_)); }

void Plane::write_kubeconfig(const std::string& path) const { config::write_private_file(path, kubeconfig()); }

AgentKubeconfig Plane::agent_kubeconfig(const AgentOptions& options) const {
  AgentOptions filled = options;
  if (filled.ns.empty()) filled.ns = endpoint_->ns;
  return AgentKubeconfig(detail::make_agent_account(endpoint_, filled));
}

ScopedAgentKubeconfig Plane::scoped_agent_kubeconfig(const AgentOptions& options) const {
  ScopedAgentKubeconfig scoped(agent_kubeconfig(options));
  scoped.write_file();
  return scoped;
}

Response Plane::request(const Request& request) const {
  detail::check_request(request);
  detail::ApiResponse answer = detail::send(endpoint_->core->transport(), detail::sendable(*endpoint_, request));
  return detail::ObjectAccess::make_response(answer.status, std::move(answer.headers), std::move(answer.body));
}

}  // namespace kplane
