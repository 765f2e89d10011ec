// Kubeconfig: a context of the user's kubeconfig files → a server and credentials for it.
#pragma once

#include <string>

#include <kplane/client_options.hpp>
#include <kplane/kubeconfig_options.hpp>

#include "config/kubeconfig_files.hpp"
#include "config/target.hpp"

namespace kplane::config {

/// What the files say replaces what `options` says. Reads the files that the context names; runs no plugin.
/// @throws ConfigError that names file and field
[[nodiscard]] Target resolve_kubeconfig(const KubeconfigFiles& files, const KubeconfigOptions& wanted,
                                        ClientOptions options);

/// The same for the files that `wanted` and the environment name.
[[nodiscard]] Target from_kubeconfig(const KubeconfigOptions& wanted, ClientOptions options,
                                     const Lookup& lookup = environment_variable);

/// Whether any of the files defines a context or a current one.
[[nodiscard]] bool has_contexts(const KubeconfigFiles& files);

}  // namespace kplane::config
