// Turns a context of kubeconfig files into a ClientConfig.
#pragma once

#include <string>

#include <kplane/client_options.hpp>
#include <kplane/kubeconfig_options.hpp>

#include "base/environment_variable.hpp"
#include "config/client_config.hpp"
#include "config/kubeconfig_files.hpp"

namespace kplane::config {

/// The files take precedence over `options`. Reads the files that the context names; runs no plugin.
/// @throws ConfigError that names file and field
[[nodiscard]] ClientConfig resolve_kubeconfig(const KubeconfigFiles& files, const KubeconfigOptions& wanted,
                                              ClientOptions options);

/// The same for the files named by `wanted` and the environment.
[[nodiscard]] ClientConfig from_kubeconfig(const KubeconfigOptions& wanted, ClientOptions options,
                                           const detail::Lookup& lookup = detail::environment_variable);

/// Whether any of the files defines a context or a current one.
[[nodiscard]] bool has_contexts(const KubeconfigFiles& files);

}  // namespace kplane::config
