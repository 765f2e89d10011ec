// The `exec` section of a kubeconfig user: how to run the plugin, and the ExecCredential passed to it.
#pragma once

#include <chrono>

#include "auth/exec_plugin.hpp"
#include "config/client_config.hpp"
#include "yaml/field.hpp"

namespace kplane::config {

/// @param cluster the context's cluster, and `config` the result of reading it: passed to plugins that request it
/// @throws ConfigError that names file and field
[[nodiscard]] auth::ExecPlugin read_exec_plugin(const yaml::Field& exec, const yaml::Field& cluster,
                                                const ClientConfig& config, std::chrono::milliseconds timeout);

}  // namespace kplane::config
