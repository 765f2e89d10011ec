#include "agent/plane_kubeconfig.hpp"

#include <string_view>
#include <utility>

#include "auth/pem.hpp"
#include "base/base64.hpp"
#include "base/begins_with.hpp"

namespace kplane::detail {

namespace {

constexpr std::string_view bearer = "Bearer ";
constexpr std::string_view basic = "Basic ";

std::string authority_of(const ClientOptions& options) {
  if (!options.verify_tls) return {};  // it would be ignored
  if (!options.ca_pem.empty()) return auth::certificates_of(options.ca_pem, "ca_pem");
  if (options.ca_file.empty()) return {};
  const std::string name = "ca_file " + options.ca_file;
  return auth::certificates_of(auth::read_certificate_file(options.ca_file, name), name);
}

/// In the form other clients know: only libcurl has a separate scheme for names that the proxy resolves.
std::string proxy_of(const ClientOptions& options) {
  constexpr std::string_view own = "socks5h://";
  if (!begins_with(options.proxy, own)) return options.proxy;
  return "socks5://" + options.proxy.substr(own.size());
}

void set_authorization(config::KubeconfigContent& content, std::string_view value) {
  if (begins_with(value, bearer)) content.token = value.substr(bearer.size());
  if (!begins_with(value, basic)) return;
  const std::string pair = decode_base64(value.substr(basic.size())).value_or(std::string());
  const std::size_t colon = pair.find(':');
  content.username = pair.substr(0, colon);
  if (colon != std::string::npos) content.password = pair.substr(colon + 1);
}

void set_header(config::KubeconfigContent& content, const std::string& name, const std::string& value) {
  if (http::is_same_name(name, "Authorization")) {
    set_authorization(content, value);
  } else if (http::is_same_name(name, "Impersonate-User")) {
    content.as = value;
  } else if (http::is_same_name(name, "Impersonate-Uid")) {
    content.as_uid = value;
  } else if (http::is_same_name(name, "Impersonate-Group")) {
    content.as_groups.push_back(value);
  }
}

http::AuthInfoPtr identity_of(const PlaneEndpoint& endpoint) {
  const ClientCore& core = *endpoint.core;
  const TimePoint deadline = deadline_after(core.clock().now(), core.options().request_timeout);
  return endpoint.credentials ? endpoint.credentials->current({deadline, core.stops()}) : nullptr;
}

}  // namespace

config::KubeconfigContent kubeconfig_of_server(const PlaneEndpoint& endpoint) {
  const ClientOptions& options = endpoint.core->options();
  config::KubeconfigContent content;
  content.name = "kplane-" + endpoint.cluster;
  content.server = endpoint.base_url;
  content.verify_tls = options.verify_tls;
  content.ca_pem = authority_of(options);
  content.tls_server_name = options.tls_server_name;
  content.proxy_url = proxy_of(options);
  if (endpoint.ns != "default") content.ns = endpoint.ns;
  return content;
}

config::KubeconfigContent kubeconfig_of(const PlaneEndpoint& endpoint) {
  config::KubeconfigContent content = kubeconfig_of_server(endpoint);
  const http::AuthInfoPtr identity = identity_of(endpoint);
  if (!identity) return content;
  for (const auto& [name, value] : identity->headers) set_header(content, name, value);
  content.certificate_pem = identity->certificate_pem;
  content.key_pem = identity->key_pem;
  return content;
}

}  // namespace kplane::detail
