// Exec credential plugins: programs that say which token or certificate to use, as `client.authentication.k8s.io`
// defines it.
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
  std::vector<std::string> environment;  ///< `NAME=value`: what the plugin's configuration adds to that of this process
  std::string install_hint;
  std::string exec_info;  ///< the ExecCredential that it gets in KUBERNETES_EXEC_INFO, JSON
  std::chrono::milliseconds timeout{60'000};
};

using WallClock = std::function<std::chrono::system_clock::time_point()>;

/// Runs the plugin when a request first needs it, again shortly before what it said expires, and again when a server
/// refused that. One thread runs it; others take what has not expired yet, or wait for it.
/// @param base who the requests are from apart from what the plugin says; nullptr: nobody
/// Errors of current(): CredentialError; TimeoutError and StoppedError when the request's time is up.
[[nodiscard]] std::shared_ptr<http::Credentials> make_exec_credentials(
    ExecPlugin plugin, std::shared_ptr<http::Credentials> base,
    WallClock clock = [] { return std::chrono::system_clock::now(); });

}  // namespace kplane::auth
