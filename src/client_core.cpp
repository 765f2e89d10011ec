// Checking a client's options once, and turning them into those of its transport.
#include "client_core.hpp"

#include <utility>

#include <kplane/error.hpp>
#include <kplane/version.hpp>

#include "config/credentials.hpp"
#include "validation.hpp"

namespace kplane::detail {

namespace {

constexpr std::string_view plane_prefix = "/clusters/";
constexpr std::string_view plane_suffix = "/control-plane";

/// A kubeconfig's `server:` often names a plane already; this client reaches every plane of that host.
void strip_plane(std::string& url) {
  if (url.size() < plane_suffix.size() ||
      url.compare(url.size() - plane_suffix.size(), plane_suffix.size(), plane_suffix) != 0)
    return;
  const std::size_t end = url.size() - plane_suffix.size();
  const std::size_t begin = url.rfind(plane_prefix, end);
  if (begin == std::string::npos || begin + plane_prefix.size() > end) return;
  check_cluster_id(std::string_view(url).substr(begin + plane_prefix.size(), end - begin - plane_prefix.size()));
  url.resize(begin);
}

http::BaseUrl parse_server(std::string_view base_url) {
  http::BaseUrl base = http::parse_base_url(base_url);
  strip_plane(base.text);
  return base;
}

ClientOptions checked(ClientOptions options) {
  check_client_options(options);
  if (options.user_agent.empty()) options.user_agent = "kplane-cpp/" KPLANE_VERSION_STRING;
  return options;
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
  transport.use_proxy = !base.is_loopback;
  transport.observer = options.observer;
  transport.stop = options.stop;
  return transport;
}

}  // namespace

ClientCore::ClientCore(std::string_view base_url, ClientOptions options)
    : options_(checked(std::move(options))),
      base_(parse_server(base_url)),
      credentials_(config::make_credentials(options_.token, options_.token_file)),
      transport_(transport_options(options_, base_)) {
  check_token_channel(credentials_ != nullptr, base_.is_tls || base_.is_loopback, options_.allow_insecure_auth);
}

std::string ClientCore::cluster_base_url(std::string_view cluster) const {
  check_cluster_id(cluster);
  std::string url;
  url.reserve(base_.text.size() + plane_prefix.size() + cluster.size() + plane_suffix.size());
  return url.append(base_.text).append(plane_prefix).append(cluster).append(plane_suffix);
}

std::shared_ptr<http::Credentials> ClientCore::credentials_for(const PlaneOptions& options) const {
  std::shared_ptr<http::Credentials> own = config::make_credentials(options.token, options.token_file);
  if (!own) return credentials_;
  check_token_channel(true, base_.is_tls || base_.is_loopback, options_.allow_insecure_auth);
  return own;
}

http::Request ClientCore::make_request(std::string method, std::string url) const {
  http::Request request;
  request.idempotent = http::is_idempotent(method);
  request.method = std::move(method);
  request.url = std::move(url);
  request.headers = {{"Accept", "application/json"}};
  request.timeout = options_.request_timeout;
  request.credentials = credentials_;
  return request;
}

Plane PlaneAccess::make(const std::shared_ptr<ClientCore>& core, std::string_view cluster,
                        const PlaneOptions& options) {
  return Plane(std::make_shared<const PlaneTarget>(
      PlaneTarget{core, std::string(cluster), core->cluster_base_url(cluster), core->credentials_for(options)}));
}

}  // namespace kplane::detail
