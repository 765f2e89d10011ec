// The proxy that the environment asks for, by the rules of Go's net/http, which are kubectl's.
#pragma once

#include <string>
#include <string_view>

#include "http/url.hpp"

namespace kplane::http {

/// A variable that is set, and not to nothing; else both are empty.
struct ProxyVariable {
  std::string name{};  ///< for errors
  std::string value{};
};

struct ProxyEnvironment {
  ProxyVariable https{};   ///< of https requests
  ProxyVariable http{};    ///< of http requests
  ProxyVariable all{};     ///< where that one is not set; Go does not know it
  std::string no_proxy{};  ///< hosts that are reached directly, separated by commas
  bool is_cgi = false;     ///< a request's `Proxy` header then looks like HTTP_PROXY, so that cannot be trusted
};

/// @return as checked_proxy(); empty: none, which it always is for loopback.
/// @throws ConfigError that names the variable: going without the proxy might lead to another server
[[nodiscard]] std::string environment_proxy(const ProxyEnvironment& environment, const BaseUrl& base);

}  // namespace kplane::http
