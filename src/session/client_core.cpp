// Checks a client's options once and converts them into transport options.
#include "session/client_core.hpp"

#include <utility>

#include <kplane/error.hpp>
#include <kplane/version.hpp>

#include "auth/credentials.hpp"
#include "config/proxy_environment.hpp"
#include "session/validation.hpp"

namespace kplane::detail {

namespace {

constexpr std::string_view plane_prefix = "/clusters/";
constexpr std::string_view plane_suffix = "/control-plane";

/// A kubeconfig's `server:` often includes a plane; this client accesses every plane of that host.
/// @return the plane's ID, after removing its path from the URL; empty when there is none
std::string take_plane(std::string& url) {
  if (url.size() < plane_suffix.size() ||
      url.compare(url.size() - plane_suffix.size(), plane_suffix.size(), plane_suffix) != 0)
    return {};
  const std::size_t end = url.size() - plane_suffix.size();
  const std::size_t begin = url.rfind(plane_prefix, end);
  if (begin == std::string::npos || begin + plane_prefix.size() > end) return {};
  std::string cluster = url.substr(begin + plane_prefix.size(), end - begin - plane_prefix.size());
  check_cluster_id(cluster);
  url.resize(begin);
  return cluster;
}

ServerAddress parse_server(std::string_view base_url) {
  ServerAddress server{http::parse_base_url(base_url), {}};
  server.default_cluster = take_plane(server.base.text);
  return server;
}

ClientOptions checked(ClientOptions options) {
  check_client_options(options);
  if (options.user_agent.empty()) options.user_agent = "kplane-cpp/" KPLANE_VERSION_STRING;
  return options;
}

/// The environment's proxy is never used for loopback: a token could leave the machine.
std::string proxy_for(const ClientOptions& options, const http::BaseUrl& base) {
  if (!options.proxy.empty()) return http::checked_proxy(options.proxy);
  if (!options.use_environment_proxy) return {};
  return http::environment_proxy(config::proxy_environment(), base);
}

/// Whether traffic is confidential: encrypted, or not leaving this machine.
bool is_private(const ClientOptions& options, const http::BaseUrl& base) {
  return base.is_tls || (base.is_loopback && options.proxy.empty());
}

http::TransportOptions transport_options(const ClientOptions& options, const http::BaseUrl& base) {
  http::TransportOptions transport;
  transport.verify_tls = options.verify_tls;
  transport.ca_file = options.ca_file;
  transport.ca_pem = options.ca_pem;
  transport.user_agent = options.user_agent;
  transport.connect_timeout = options.connect_timeout;
  transport.max_connections = options.max_connections;
  transport.retry = options.retry;
  transport.max_response_bytes = options.max_response_bytes;
  transport.compression = options.compression;
  transport.proxy = proxy_for(options, base);
  if (!options.tls_server_name.empty()) transport.tls_name = http::make_tls_name(base, options.tls_server_name);
  transport.observer = options.observer;
  transport.stop = options.stop;
  return transport;
}

}  // namespace

ClientCore::ClientCore(std::string_view base_url, ClientOptions options, std::shared_ptr<http::Credentials> credentials)
    : options_(checked(std::move(options))),
      server_(parse_server(base_url)),
      credentials_(credentials ? std::move(credentials) : auth::make_credentials(auth::sources_of(options_))),
      transport_(transport_options(options_, server_.base)) {
  check_channel(credentials_ != nullptr);
  const bool has_certificate = !options_.client_certificate_pem.empty() || !options_.client_certificate_file.empty();
  if (has_certificate && !server_.base.is_tls) throw ConfigError("a client certificate needs a base URL with https://");
}

void ClientCore::check_channel(bool has_credentials) const {
  check_token_channel(has_credentials, is_private(options_, server_.base), options_.allow_insecure_auth);
}

std::string ClientCore::cluster_base_url(std::string_view cluster) const {
  check_cluster_id(cluster);
  std::string url;
  url.reserve(base_url().size() + plane_prefix.size() + cluster.size() + plane_suffix.size());
  return url.append(base_url()).append(plane_prefix).append(cluster).append(plane_suffix);
}

std::shared_ptr<http::Credentials> ClientCore::credentials_for(const PlaneOptions& options) const {
  std::shared_ptr<http::Credentials> own = auth::make_credentials(auth::sources_of(options));
  if (!own) return credentials_;
  check_channel(true);
  return own;
}

std::string ClientCore::namespace_for(const PlaneOptions& options) const {
  if (options.ns.empty()) return options_.ns.empty() ? "default" : options_.ns;
  check_namespace(options.ns);
  return options.ns;
}

http::Request ClientCore::make_request(std::string method, std::string url) const {
  http::Request request;
  request.idempotent = http::is_idempotent(method);
  request.method = std::move(method);
  request.url = std::move(url);
  request.headers = {{"Accept", "application/json"}};
  request.deadline = deadline();
  request.credentials = credentials_;
  return request;
}

}  // namespace kplane::detail
