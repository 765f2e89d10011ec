// Finds the first source that configures a server.
#pragma once

#include <string>

#include <kplane/client_options.hpp>

#include "base/environment_variable.hpp"
#include "config/client_config.hpp"
#include "config/in_cluster.hpp"

namespace kplane::config {

/// The environment, then kubeconfig files, then the files of a pod.
/// @throws ConfigError that says what was tried. An invalid source ends the search: the next one might name another
/// server
[[nodiscard]] ClientConfig from_default(ClientOptions options,
                                        const detail::Lookup& lookup = detail::environment_variable,
                                        const std::string& service_account = service_account_directory);

}  // namespace kplane::config
