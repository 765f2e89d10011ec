// Exec credential plugins: programs that provide a token or certificate, as `client.authentication.k8s.io` defines.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/message.hpp"

namespace kplane::auth {

/// How to run a plugin.
struct ExecPlugin {
  std::string origin;                    ///< where it is configured, for errors
  std::string api_version;               ///< `client.authentication.k8s.io/v1` or `…/v1beta1`
  std::vector<std::string> arguments;    ///< the first is the program
  std::vector<std::string> environment;  ///< `NAME=value`: what the configuration adds to this process's environment
  std::string install_hint;
  std::string exec_info;  ///< the value of KUBERNETES_EXEC_INFO: an ExecCredential, JSON
  std::chrono::milliseconds timeout{60'000};
};

using WallClock = std::function<std::chrono::system_clock::time_point()>;

/// Runs the plugin when a request first needs it, shortly before its credentials expire, and when a server rejected
/// them. One thread runs it; others use credentials that have not expired yet, or wait for it.
/// @param base additional headers, such as those for impersonation; nullptr: none Errors of current(): CredentialError;
/// TimeoutError and StoppedError when the request's deadline passes.
[[nodiscard]] std::shared_ptr<http::Credentials> make_exec_credentials(
    ExecPlugin plugin, std::shared_ptr<http::Credentials> base,
    WallClock clock = [] { return std::chrono::system_clock::now(); });

}  // namespace kplane::auth
