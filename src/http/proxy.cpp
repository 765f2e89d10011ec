#include "http/proxy.hpp"

#include <kplane/error.hpp>

#include "http/no_proxy.hpp"

namespace kplane::http {

namespace {

const ProxyVariable& variable_for(const ProxyEnvironment& environment, const BaseUrl& base) noexcept {
  const ProxyVariable& own = base.is_tls ? environment.https : environment.http;
  return own.value.empty() ? environment.all : own;
}

std::string_view without_brackets(std::string_view host) noexcept {
  return host.substr(0, 1) == "[" ? host.substr(1, host.size() - 2) : host;
}

/// `HOST:PORT` means an http proxy.
std::string checked(const ProxyVariable& variable) {
  const bool names_scheme = variable.value.find("://") != std::string::npos;
  try {
    return checked_proxy(names_scheme ? variable.value : "http://" + variable.value);
  } catch (const ConfigError& error) {
    throw ConfigError(variable.name + ": " + error.what());
  }
}

}  // namespace

std::string environment_proxy(const ProxyEnvironment& environment, const BaseUrl& base) {
  const ProxyVariable& variable = variable_for(environment, base);
  if (variable.value.empty() || base.is_loopback) return {};
  const std::string_view port = base.port.empty() ? (base.is_tls ? "443" : "80") : std::string_view(base.port);
  if (is_without_proxy(environment.no_proxy, without_brackets(base.host), port)) return {};
  if (environment.is_cgi && &variable == &environment.http) {
    throw ConfigError(
        variable.name +
        " cannot be trusted in a CGI process (REQUEST_METHOD is set): set the proxy in ClientOptions::proxy");
  }
  return checked(variable);
}

}  // namespace kplane::http
