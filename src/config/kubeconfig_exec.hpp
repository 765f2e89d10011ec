// The `exec` part of a kubeconfig's user: how its plugin is run, and what it is told.
#pragma once

#include <chrono>

#include "config/exec_plugin.hpp"
#include "config/field.hpp"
#include "config/target.hpp"

namespace kplane::config {

/// @param cluster of the context, and `target` what was made of it: told to plugins that ask for it
/// @throws ConfigError that names file and field
[[nodiscard]] ExecPlugin read_exec_plugin(const Field& exec, const Field& cluster, const Target& target,
                                          std::chrono::milliseconds timeout);

}  // namespace kplane::config
