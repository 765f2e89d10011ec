// Exec credential plugins: programs that provide a token or certificate, as `client.authentication.k8s.io` defines.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "auth/exec_credential.hpp"
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

/// For errors.
[[nodiscard]] std::string name_of(const ExecPlugin& plugin);

/// Runs the plugin once, and blocks until it has ended.
/// @throws CredentialError; TimeoutError, StoppedError by `limits`
[[nodiscard]] ExecCredential run_plugin(const ExecPlugin& plugin, const http::WaitLimits& limits);

}  // namespace kplane::auth
