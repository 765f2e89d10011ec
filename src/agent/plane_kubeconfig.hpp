// The kubeconfig of a plane: the server's address, and the client's credentials as text.
#pragma once

#include "config/kubeconfig_text.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// All but who asks. Reads the file of the CA. @throws ConfigError
[[nodiscard]] config::KubeconfigContent kubeconfig_of_server(const PlaneEndpoint& endpoint);

/// All of it, with the credentials as they are now. @throws ConfigError, CredentialError, StoppedError
[[nodiscard]] config::KubeconfigContent kubeconfig_of(const PlaneEndpoint& endpoint);

}  // namespace kplane::detail
