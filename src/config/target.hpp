// Target: a server, and what a client needs to talk to it, wherever that was found.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <kplane/client_options.hpp>

#include "http/message.hpp"

namespace kplane::config {

struct Target {
  std::string origin;  ///< where it was found, for errors
  std::string base_url;
  ClientOptions options;
  std::shared_ptr<http::Credentials> credentials{};  ///< instead of those in `options`; nullptr: those
};

/// The value of an environment variable; nullopt when it is unset.
using Lookup = std::function<std::optional<std::string>(const char* name)>;

/// Looks into the process's environment.
[[nodiscard]] std::optional<std::string> environment_variable(const char* name);

/// The value of a variable that is set, and not to nothing.
[[nodiscard]] std::optional<std::string> non_empty(const Lookup& lookup, const char* name);

}  // namespace kplane::config
