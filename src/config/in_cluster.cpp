// The variables of the API server's service, and the files of the service account.
#include "config/in_cluster.hpp"

#include <utility>

#include <kplane/error.hpp>

#include "config/file.hpp"

namespace kplane::config {

namespace {

std::string required(const Lookup& lookup, const char* name) {
  if (auto value = non_empty(lookup, name)) return std::move(*value);
  throw ConfigError(std::string(name) + " is not set: this is no pod");
}

std::string required_file(const std::string& path) {
  if (stamp_of(path)) return path;
  throw ConfigError("the service account's " + path + " is not there; is automountServiceAccountToken off?");
}

}  // namespace

Target from_in_cluster(ClientOptions options, const Lookup& lookup, const std::string& directory) {
  const std::string host = required(lookup, "KUBERNETES_SERVICE_HOST");
  const std::string port = required(lookup, "KUBERNETES_SERVICE_PORT");
  options.token.clear();
  options.token_file = required_file(directory + "/token");
  options.ca_pem.clear();
  options.ca_file = required_file(directory + "/ca.crt");
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return {"KUBERNETES_SERVICE_HOST and " + directory, "https://" + (is_ipv6 ? '[' + host + ']' : host) + ':' + port,
          std::move(options)};
}

}  // namespace kplane::config
