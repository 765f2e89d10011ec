// Upper case names take precedence, as in Go; in libcurl, lower case ones do.
#include "config/proxy_environment.hpp"
#include "base/environment_variable.hpp"

namespace kplane::config {

namespace {

http::ProxyVariable first_of(const detail::Lookup& lookup, const char* upper, const char* lower) {
  for (const char* name : {upper, lower}) {
    if (auto value = detail::non_empty(lookup, name)) return {name, std::move(*value)};
  }
  return {};
}

}  // namespace

http::ProxyEnvironment proxy_environment(const detail::Lookup& lookup) {
  http::ProxyEnvironment environment;
  environment.https = first_of(lookup, "HTTPS_PROXY", "https_proxy");
  environment.http = first_of(lookup, "HTTP_PROXY", "http_proxy");
  environment.all = first_of(lookup, "ALL_PROXY", "all_proxy");
  environment.no_proxy = first_of(lookup, "NO_PROXY", "no_proxy").value;
  environment.is_cgi = detail::non_empty(lookup, "REQUEST_METHOD").has_value();
  return environment;
}

}  // namespace kplane::config
