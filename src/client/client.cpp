#include <kplane/client.hpp>

#include <utility>

#include "base/random_text.hpp"
#include "config/default_config.hpp"
#include "config/environment.hpp"
#include "config/in_cluster.hpp"
#include "config/kubeconfig.hpp"
#include "fleet/fleet_access.hpp"
#include "http/url.hpp"
#include "plane/manifest_batch.hpp"
#include "plane/plane_access.hpp"
#include "plane/plane_readiness.hpp"
#include "plane/restore_batch.hpp"
#include "plane/state_batch.hpp"
#include "plane/wait_batch.hpp"
#include "session/api_response.hpp"
#include "session/client_core.hpp"
#include "session/validation.hpp"

namespace kplane {

namespace {

FleetSpec with_fresh_names(FleetSpec spec, std::string_view fleet) {
  const std::string suffix = detail::random_text(6);
  for (std::string& name : spec.names) name += '-' + suffix;
  if (!spec.names.empty()) return spec;
  if (spec.name_prefix.empty()) spec.name_prefix = std::string(fleet) + '-';
  spec.name_prefix += suffix + '-';
  return spec;
}

std::shared_ptr<detail::ClientCore> core_of(config::ClientConfig endpoint) {
  try {
    return std::make_shared<detail::ClientCore>(endpoint.base_url, std::move(endpoint.options),
                                                std::move(endpoint.credentials));
  } catch (const ConfigError& error) {
    throw ConfigError("from " + endpoint.origin + ": " + error.what());
  }
}

/// The server is up, and its Fleet CRD is served.
detail::Readiness look_at_server(detail::ClientCore& core, detail::TimePoint deadline, const StopToken& stop) {
  detail::Readiness server = detail::probe(core, core.base_url(), core.credentials(), deadline, stop);
  if (!server.ready) return server;
  try {
    if (detail::serves_fleets(core, deadline, stop)) return server;
  } catch (const Error& error) {
    const bool is_login_page = dynamic_cast<const DecodeError*>(&error) != nullptr;
    if (!detail::may_pass(error) && !is_login_page) throw;
    return {false, error.what()};
  }
  return {false, "the Fleet CRD is not served yet"};
}

}  // namespace

Client::Client(std::shared_ptr<detail::ClientCore> core) noexcept : core_(std::move(core)) {}

Client::Client(std::string_view base_url, ClientOptions options)
    : core_(std::make_shared<detail::ClientCore>(base_url, std::move(options))) {}

Client Client::from_env(ClientOptions options) { return Client(core_of(config::from_environment(std::move(options)))); }

Client Client::from_kubeconfig(const KubeconfigOptions& which, ClientOptions options) {
  return Client(core_of(config::from_kubeconfig(which, std::move(options))));
}

Client Client::from_in_cluster(ClientOptions options) {
  return Client(core_of(config::from_in_cluster(std::move(options))));
}

Client Client::from_default(ClientOptions options) { return Client(core_of(config::from_default(std::move(options)))); }

Plane Client::plane(std::string_view cluster, const PlaneOptions& options) const {
  return detail::PlaneAccess::make(core_, cluster, options);
}

Plane Client::root_plane(const PlaneOptions& options) const { return detail::PlaneAccess::make_root(core_, options); }

Plane Client::default_plane() const {
  if (std::optional<Plane> plane = find_default_plane()) return std::move(*plane);
  throw ConfigError("the base URL " + core_->base_url() +
                    " names no plane, so there is no default plane; use plane(ID)");
}

std::optional<Plane> Client::find_default_plane() const {
  if (core_->default_cluster().empty()) return std::nullopt;
  return plane(core_->default_cluster());
}

Client Client::without_stop() const {
  ClientOptions options = core_->options();
  options.stop = {};
  const std::string& named = core_->default_cluster();
  const std::string url = named.empty() ? core_->base_url() : core_->cluster_base_url(named);
  return Client(std::make_shared<detail::ClientCore>(url, std::move(options), core_->credentials()));
}

std::string Client::cluster_base_url(std::string_view cluster) const { return core_->cluster_base_url(cluster); }

std::string Client::proxy() const { return http::without_secrets(core_->transport().options().proxy); }

Fleet Client::create_fleet(std::string_view name, const FleetSpec& spec) const {
  detail::check_fleet_name(name);
  FleetSpec valid = detail::checked_spec(spec);
  detail::check_member_ids(name, valid);
  return detail::FleetAccess::make(core_, detail::create_fleet(*core_, name, valid));
}

EphemeralFleet Client::ephemeral_fleet(std::string_view name, const FleetSpec& spec,
                                       const EphemeralOptions& options) const {
  return EphemeralFleet(create_fleet(name, options.fresh_planes ? with_fresh_names(spec, name) : spec));
}

Fleet Client::get_fleet(std::string_view name) const {
  detail::check_fleet_name(name);
  detail::FleetRecord record = detail::get_fleet(*core_, name, core_->deadline());
  return detail::FleetAccess::make(core_, detail::checked_name(std::move(record), name));
}

std::optional<Fleet> Client::find_fleet(std::string_view name) const {
  detail::check_fleet_name(name);
  std::optional<detail::FleetRecord> record = detail::find_fleet(*core_, name);
  if (!record) return std::nullopt;
  return detail::FleetAccess::make(core_, detail::checked_name(*std::move(record), name));
}

Vector<Fleet> Client::list_fleets(const ListOptions& which) const {
  Vector<Fleet> fleets;
  for (detail::FleetRecord& record : detail::list_fleets(*core_, which)) {
    fleets.push_back(detail::FleetAccess::make(core_, std::move(record)));
  }
  return fleets;
}

Vector<StateResult> Client::states(const std::vector<Plane>& planes, const StateOptions& options,
                                   const BatchOptions& batch) const {
  return detail::states(*core_, planes, options, batch);
}

Vector<StateResult> Client::settled_states(const std::vector<Plane>& planes, const WriteLog& log,
                                           const SettleOptions& options, const BatchOptions& batch) const {
  return detail::settled_states(*core_, planes, log, options, batch);
}

void Client::for_each_state(const std::vector<Plane>& planes, const std::function<void(StateResult)>& fn,
                            const StateOptions& options, const BatchOptions& batch) const {
  if (!fn) throw ConfigError("for_each_state() needs a callback");
  detail::for_each_state(*core_, planes, options, batch,
                         [&fn](std::size_t, StateResult result) { fn(std::move(result)); });
}

Vector<ManifestResults> Client::apply(const std::vector<Plane>& planes, const Manifests& manifests,
                                      const ManifestOptions& options, const BatchOptions& batch,
                                      const ManifestProgress& on_progress) const {
  const detail::ManifestPlan plan = detail::make_plan(manifests, options, detail::ManifestAction::apply);
  return detail::run_manifests(*core_, planes, plan, batch, on_progress);
}

Vector<ManifestResults> Client::remove(const std::vector<Plane>& planes, const Manifests& manifests,
                                       const ManifestOptions& options, const BatchOptions& batch,
                                       const ManifestProgress& on_progress) const {
  const detail::ManifestPlan plan = detail::make_plan(manifests, options, detail::ManifestAction::remove);
  return detail::run_manifests(*core_, planes, plan, batch, on_progress);
}

Vector<RestoreResult> Client::restore(const std::vector<Plane>& planes, const Baseline& baseline,
                                      const RestoreOptions& options, const BatchOptions& batch) const {
  return detail::restore_planes(*core_, planes, baseline, options, batch);
}

Vector<RestoreResult> Client::purge(const std::vector<Plane>& planes, const PurgeOptions& options,
                                    const BatchOptions& batch) const {
  return detail::purge_planes(*core_, planes, options, batch);
}

Vector<WaitResult> Client::wait_for(const std::vector<Plane>& planes, const WaitTarget& target,
                                    const Condition& condition, std::chrono::milliseconds timeout,
                                    const BatchOptions& batch, const WaitFunction& on_result) const {
  return detail::wait_for(*core_, planes, {target, condition, timeout}, batch, on_result);
}

bool Client::is_ready() const {
  return detail::probe(*core_, core_->base_url(), core_->credentials(), core_->deadline()).ready;
}

void Client::wait_until_ready(std::chrono::milliseconds timeout, const StopToken& stop) const {
  detail::wait_until_ready(*core_, timeout, stop, "the server at " + core_->base_url(),
                           [&](detail::TimePoint deadline) { return look_at_server(*core_, deadline, stop); });
}

std::string Client::server_openapi() const {
  http::Request request = core_->make_request("GET", core_->base_url() + "/openapi/kplane.yaml");
  request.headers = {{"Accept", "application/yaml"}};
  request.credentials = nullptr;  // contract §2: none is needed, so none is sent
  return std::string(detail::send(core_->transport(), std::move(request)).body->text());
}

}  // namespace kplane
