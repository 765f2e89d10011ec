// The proxy variables of the process's environment.
#pragma once

#include "base/environment_variable.hpp"
#include "config/client_config.hpp"
#include "http/proxy.hpp"

namespace kplane::config {

/// `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`; the lower-case names where these are unset or empty.
/// `REQUEST_METHOD` means that this is a CGI process.
[[nodiscard]] http::ProxyEnvironment proxy_environment(const detail::Lookup& lookup = detail::environment_variable);

}  // namespace kplane::config
