// The `exec` part of a kubeconfig's user: how its plugin is run, and the ExecCredential that it is passed.
#pragma once

#include <chrono>

#include "auth/exec_plugin.hpp"
#include "config/client_config.hpp"
#include "yaml/field.hpp"

namespace kplane::config {

/// @param cluster of the context, and `config` the result of reading it: passed to plugins that ask for it
/// @throws ConfigError that names file and field
[[nodiscard]] auth::ExecPlugin read_exec_plugin(const yaml::Field& exec, const yaml::Field& cluster,
                                                const ClientConfig& config, std::chrono::milliseconds timeout);

}  // namespace kplane::config
