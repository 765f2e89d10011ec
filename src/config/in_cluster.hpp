// Server and credentials from a pod's environment variables and service account files.
#pragma once

#include <string>

#include <kplane/client_options.hpp>

#include "base/environment_variable.hpp"
#include "config/client_config.hpp"

namespace kplane::config {

/// The directory of a pod's service account `token`, `ca.crt` and `namespace`.
inline constexpr const char* service_account_directory = "/var/run/secrets/kubernetes.io/serviceaccount";

/// They take precedence over `options`.
/// @throws ConfigError that names the variable or the file: this is not a pod, or its service account is not mounted
[[nodiscard]] ClientConfig from_in_cluster(ClientOptions options,
                                           const detail::Lookup& lookup = detail::environment_variable,
                                           const std::string& directory = service_account_directory);

}  // namespace kplane::config
