#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "auth/exec_plugin.hpp"
#include "http/message.hpp"

namespace kplane::auth {

using WallClock = std::function<std::chrono::system_clock::time_point()>;

/// Runs the plugin when a request first needs it, shortly before its credentials expire, and when a server rejected
/// them. One thread runs it; others use credentials that have not expired yet, or wait for it.
/// @param base additional headers, such as those for impersonation; nullptr: none
/// Errors of current(): CredentialError; TimeoutError and StoppedError when the request's deadline passes.
[[nodiscard]] std::shared_ptr<http::Credentials> make_exec_credentials(
    ExecPlugin plugin, std::shared_ptr<http::Credentials> base,
    WallClock clock = [] { return std::chrono::system_clock::now(); });

}  // namespace kplane::auth
