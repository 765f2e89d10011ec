// Where a client finds its server and credentials in the process's environment.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <kplane/client_options.hpp>

namespace kplane::config {

/// The value of an environment variable; nullopt when it is unset.
using Lookup = std::function<std::optional<std::string>(const char* name)>;

/// Looks into the process's environment.
[[nodiscard]] std::optional<std::string> environment_variable(const char* name);

struct Target {
  std::string base_url;
  ClientOptions options;
};

/// `KPLANE_HOST`, `KPLANE_TOKEN`, `KPLANE_CA_FILE`, `KPLANE_INSECURE`; what is set replaces what `options` says.
/// @throws ConfigError that names the variable
[[nodiscard]] Target from_environment(ClientOptions options, const Lookup& lookup = environment_variable);

}  // namespace kplane::config
