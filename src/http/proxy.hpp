// The proxy from the environment, by the rules of Go's net/http, and so kubectl's.
#pragma once

#include <string>
#include <string_view>

#include "http/url.hpp"

namespace kplane::http {

/// A variable that is set and not empty; otherwise both members are empty.
struct ProxyVariable {
  std::string name{};  ///< for errors
  std::string value{};
};

struct ProxyEnvironment {
  ProxyVariable https{};   ///< for https requests
  ProxyVariable http{};    ///< for http requests
  ProxyVariable all{};     ///< if the scheme's variable is not set; Go does not use it
  std::string no_proxy{};  ///< hosts to reach directly, separated by commas
  bool is_cgi = false;     ///< a request's `Proxy` header then sets HTTP_PROXY, which therefore cannot be trusted
};

/// @return as checked_proxy(); empty: no proxy, as always for loopback.
/// @throws ConfigError that names the variable: without the proxy the request might reach another server
[[nodiscard]] std::string environment_proxy(const ProxyEnvironment& environment, const BaseUrl& base);

}  // namespace kplane::http
