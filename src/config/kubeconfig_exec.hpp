// The `exec` part of a kubeconfig's user: how its plugin is run, and what it is told.
#pragma once

#include <chrono>

#include "auth/exec_plugin.hpp"
#include "config/client_config.hpp"
#include "yaml/field.hpp"

namespace kplane::config {

/// @param cluster of the context, and `target` what was made of it: told to plugins that ask for it
/// @throws ConfigError that names file and field
[[nodiscard]] ExecPlugin read_exec_plugin(const Field& exec, const Field& cluster, const ClientConfig& target,
                                          std::chrono::milliseconds timeout);

}  // namespace kplane::config
