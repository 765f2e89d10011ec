#include "config/in_cluster.hpp"

#include <utility>

#include <kplane/error.hpp>

#include "base/environment_variable.hpp"
#include "base/file.hpp"

namespace kplane::config {

namespace {

std::string required(const detail::Lookup& lookup, const char* name) {
  if (auto value = detail::non_empty(lookup, name)) return std::move(*value);
  throw ConfigError(std::string(name) + " is not set: this process does not run in a pod");
}

std::string required_file(const std::string& path) {
  if (detail::stamp_of(path)) return path;
  throw ConfigError("the service account's " + path + " does not exist; is automountServiceAccountToken off?");
}

/// As in client-go: from the pod's environment, or else the namespace of the service account; empty: unknown.
std::string namespace_of_pod(const detail::Lookup& lookup, const std::string& directory) {
  if (auto value = detail::non_empty(lookup, "POD_NAMESPACE")) return std::move(*value);
  const std::string path = directory + "/namespace";
  constexpr std::size_t most_bytes = 4096;
  if (!detail::stamp_of(path)) return {};
  const std::string text = detail::read_file(path, most_bytes, "the service account's " + path);
  constexpr const char* blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

}  // namespace

ClientConfig from_in_cluster(ClientOptions options, const detail::Lookup& lookup, const std::string& directory) {
  const std::string host = required(lookup, "KUBERNETES_SERVICE_HOST");
  const std::string port = required(lookup, "KUBERNETES_SERVICE_PORT");
  options.token.clear();
  options.token_file = required_file(directory + "/token");
  options.ca_pem.clear();
  options.ca_file = required_file(directory + "/ca.crt");
  if (std::string ns = namespace_of_pod(lookup, directory); !ns.empty()) options.ns = std::move(ns);
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return {"KUBERNETES_SERVICE_HOST and " + directory, "https://" + (is_ipv6 ? '[' + host + ']' : host) + ':' + port,
          std::move(options)};
}

}  // namespace kplane::config
