// Wires the parts of LocalServer together.
#include <kplane/testing/local_server.hpp>

#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <kplane/error.hpp>
#include <kplane/openapi.hpp>

#include "local_server/auth/issued_tokens.hpp"
#include "local_server/auth/tokens.hpp"
#include "local_server/base/identity.hpp"
#include "local_server/fleet/crd_availability.hpp"
#include "local_server/fleet/definition_controller.hpp"
#include "local_server/fleet/fleet_controller.hpp"
#include "local_server/fleet/namespace_controller.hpp"
#include "local_server/net/certificate.hpp"
#include "local_server/net/http_front.hpp"
#include "local_server/net/tls_context.hpp"
#include "local_server/router.hpp"
#include "local_server/script/faults.hpp"
#include "local_server/script/plane_script.hpp"
#include "local_server/script/traffic.hpp"
#include "local_server/store/planes.hpp"
#include "local_server/types/formats.hpp"

namespace kplane::testing {
namespace {

LocalServerOptions checked(LocalServerOptions options) {
  if (!server::is_cluster_id(options.root_cluster) || !server::label_value_problem(options.root_cluster).empty()) {
    throw ConfigError("LocalServerOptions::root_cluster is not a valid cluster ID");
  }
  for (const auto delay :
       {options.crd_delay, options.bootstrap_delay, options.member_delay, options.state_lag, options.latency}) {
    if (delay.count() < 0) throw ConfigError("LocalServerOptions: a delay must not be negative");
  }
  if (options.watch_bookmark_interval.count() <= 0) {
    throw ConfigError("LocalServerOptions::watch_bookmark_interval must be positive");
  }
  if (options.probe_interval.count() <= 0) throw ConfigError("LocalServerOptions::probe_interval must be positive");
  if (!options.crd_served && options.crd_delay.count() > 0) {
    throw ConfigError("LocalServerOptions: crd_delay requires crd_served");
  }
  const bool asks_for_tls = options.certificate != ServerCertificate::valid || options.require_client_certificate;
  if (asks_for_tls && !options.tls) {
    throw ConfigError("LocalServerOptions: certificate and require_client_certificate need tls");
  }
  if (options.token.empty()) options.token = server::random_uuid();
  return options;
}

server::CertificateRequest wanted_certificate(ServerCertificate wanted) {
  constexpr std::chrono::seconds year = std::chrono::hours(24 * 365);
  server::CertificateRequest request{"localhost", "serverAuth", "IP:127.0.0.1,IP:::1,DNS:localhost", year};
  if (wanted == ServerCertificate::expired) request.lifetime = -std::chrono::hours(1);
  if (wanted == ServerCertificate::wrong_host) {
    request.common_name = "elsewhere.invalid";
    request.addresses = "DNS:elsewhere.invalid";
  }
  return request;
}

void check_client_certificate(std::string_view common_name, std::chrono::seconds lifetime) {
  constexpr std::size_t longest_name = 64;
  constexpr std::chrono::seconds longest_life = std::chrono::hours(24 * 365 * 100);
  if (common_name.empty() || common_name.size() > longest_name) {
    throw ConfigError("LocalServer: the common name of a certificate must have 1 to 64 bytes");
  }
  if (lifetime > longest_life || lifetime < -longest_life) {
    throw ConfigError("LocalServer: the lifetime of a certificate must be at most a hundred years");
  }
}

server::OpenApiSource embedded_document() {
  return {[] { return std::string(openapi::spec_yaml()); },
          [] {
            static const std::string json = openapi::spec_json();
            return json;
          }};
}

}  // namespace

class LocalServer::Impl {
 public:
  explicit Impl(LocalServerOptions given)
      : options(checked(std::move(given))),
        faults(options.seed),
        planes({options.root_cluster, options.bootstrap_delay, options.watch_history, options.aggregate_roles,
                options.cluster_label, options.seed, options.state_lag, options.root_admission}),
        crd_availability(options.crd_served, options.crd_delay),
        controller(planes, script, {options.member_delay, options.probe_interval}),
        router({planes, script, tokens, issued_tokens, faults, traffic, crd_availability}, options,
               embedded_document()) {
    tokens.accept_everywhere(options.token, server::administrator());
    planes.observe_root([this](const server::Change& change) { controller.on_change(change); });
    planes.observe_all([this](server::Plane& plane, const server::Change& change) {
      definitions.on_change(plane, change);
      if (options.finalize_namespaces) namespaces.on_change(plane, change);
    });
    static_cast<void>(planes.root());
    open_front();
    controller.start();
  }

  void open_front() {
    server::TlsContextPtr tls;
    if (options.tls) {
      authority.emplace();
      tls = server::make_tls_context(authority->issue(wanted_certificate(options.certificate)), *authority,
                                     options.require_client_certificate ? server::ClientCertificates::required
                                                                        : server::ClientCertificates::optional);
    }
    front = std::make_unique<server::HttpFront>(
        options.port, std::move(tls), [this](const server::HttpRequest& request) { return router.handle(request); });
    base_url = (options.tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(front->port());
  }

  // Delays of faults must not block threads that the front waits for.
  void stop_listening() {
    const std::lock_guard lock(serving_mutex);
    faults.end_waits();
    front->stop_listening();
    faults.allow_waits();
  }

  void restart() {
    stop_listening();
    const std::lock_guard lock(serving_mutex);
    if (stopped) throw std::logic_error("LocalServer: restart() after stop()");
    front->start();
  }

  void stop() {
    const std::lock_guard lock(serving_mutex);
    stopped = true;
    faults.end_waits();
    front->stop();
    controller.stop();
    definitions.stop();
    namespaces.stop();
  }

  const LocalServerOptions options;
  server::PlaneScript script;
  server::Tokens tokens;
  server::IssuedTokens issued_tokens;
  server::Faults faults;
  server::Traffic traffic;
  server::Planes planes;
  server::CrdAvailability crd_availability;
  server::FleetController controller;
  server::DefinitionController definitions;
  server::NamespaceController namespaces;
  server::Router router;
  std::optional<server::CertificateAuthority> authority;  // with TLS
  std::string base_url;
  std::mutex serving_mutex;  // one of stop_listening, restart and stop at a time
  bool stopped = false;
  std::unique_ptr<server::HttpFront> front;  // last: its threads use all of the above
};

LocalServer::LocalServer(LocalServerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

LocalServer::~LocalServer() { stop(); }

const std::string& LocalServer::base_url() const& noexcept { return impl_->base_url; }

std::uint16_t LocalServer::port() const noexcept { return impl_->front->port(); }

const std::string& LocalServer::token() const& noexcept { return impl_->options.token; }

const std::string& LocalServer::ca_pem() const& noexcept {
  static const std::string none;
  return impl_->authority ? impl_->authority->pem() : none;
}

ClientCertificate LocalServer::issue_client_certificate(std::string_view common_name,
                                                        std::chrono::seconds lifetime) const {
  if (!impl_->authority) throw ConfigError("LocalServer: client certificates need LocalServerOptions::tls");
  check_client_certificate(common_name, lifetime);
  const auto issued = impl_->authority->issue({std::string(common_name), "clientAuth", {}, lifetime});
  return {server::pem_of(issued.certificate.get()), server::pem_of(issued.key.get())};
}

ClientOptions LocalServer::client_options() const {
  ClientOptions options;
  options.token = token();
  options.ca_pem = ca_pem();
  return options;
}

Client LocalServer::client() const { return Client(base_url(), client_options()); }

void LocalServer::serve_crd() { impl_->crd_availability.serve(); }

void LocalServer::add_token(std::string_view cluster, std::string token) {
  impl_->tokens.accept_in(cluster, std::move(token), server::administrator());
}

void LocalServer::add_user(std::string token, std::string name, std::vector<std::string> groups) {
  if (token.empty() || name.empty()) throw ConfigError("LocalServer::add_user() needs a token and a name");
  impl_->tokens.accept_everywhere(std::move(token), server::authenticated_user(std::move(name), std::move(groups)));
}

void LocalServer::revoke_token(std::string_view token) {
  impl_->tokens.revoke(token);
  impl_->issued_tokens.revoke(token);
}

void LocalServer::advance_token_clock(std::chrono::seconds by) {
  if (by.count() < 0) throw ConfigError("LocalServer: the token clock can only be advanced");
  impl_->issued_tokens.advance(by);
}

void LocalServer::set_unready(std::string_view cluster, std::string message) {
  impl_->script.set_unready(cluster, std::move(message));
}

void LocalServer::set_member_phase(std::string_view cluster, std::string phase, std::string message) {
  impl_->script.set_phase(cluster, {std::move(phase), std::move(message)});
}

void LocalServer::set_synced(std::string_view cluster, std::string_view resource, bool synced) {
  impl_->script.set_synced(cluster, resource, synced);
}

void LocalServer::reconcile() { impl_->controller.reconcile(); }

void LocalServer::pause_controller(bool paused) { impl_->controller.pause(paused); }

void LocalServer::compact_watch_history(std::string_view cluster) {
  impl_->planes.at(std::string(cluster)).store().watch_hub().compact();
}

void LocalServer::cut_watches() { impl_->planes.cut_watches(); }

std::size_t LocalServer::watch_count() const { return impl_->planes.watch_count(); }

void LocalServer::add_fault(Fault fault) {
  if (fault.every < 1) throw ConfigError("Fault::every must be positive");
  if (!(fault.chance >= 0.0 && fault.chance <= 1.0)) throw ConfigError("Fault::chance must be between 0 and 1");
  impl_->faults.add(std::move(fault));
}

void LocalServer::clear_faults() { impl_->faults.clear(); }

std::size_t LocalServer::connection_count() const noexcept { return impl_->front->connection_count(); }

std::size_t LocalServer::request_count() const noexcept { return impl_->traffic.total(); }

std::size_t LocalServer::request_count(std::string_view path_part, std::string_view method) const {
  return impl_->traffic.count(path_part, method);
}

void LocalServer::on_request(std::function<void(const std::string& method, const std::string& target)> hook) {
  impl_->traffic.set_hook(std::move(hook));
}

void LocalServer::stop_listening() { impl_->stop_listening(); }

void LocalServer::restart() { impl_->restart(); }

void LocalServer::stop() { impl_->stop(); }

}  // namespace kplane::testing
