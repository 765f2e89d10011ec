// The kubeconfig of a plane: the server's URL and the client's credentials as text.
#pragma once

#include "config/kubeconfig_text.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// Everything but the credentials. Reads the CA file. @throws ConfigError
[[nodiscard]] config::KubeconfigContent kubeconfig_of_server(const PlaneEndpoint& endpoint);

/// Everything, with the current credentials. @throws ConfigError, CredentialError, StoppedError
[[nodiscard]] config::KubeconfigContent kubeconfig_of(const PlaneEndpoint& endpoint);

}  // namespace kplane::detail
