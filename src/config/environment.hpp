// Server and credentials from the KPLANE_… variables.
#pragma once

#include <kplane/client_options.hpp>

#include "base/environment_variable.hpp"
#include "config/client_config.hpp"

namespace kplane::config {

/// `KPLANE_HOST`, `KPLANE_TOKEN`, `KPLANE_CA_FILE`, `KPLANE_INSECURE`; those that are set take precedence over
/// `options`.
/// @throws ConfigError that names the variable
[[nodiscard]] ClientConfig from_environment(ClientOptions options,
                                            const detail::Lookup& lookup = detail::environment_variable);

}  // namespace kplane::config
