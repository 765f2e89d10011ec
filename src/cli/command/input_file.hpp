#pragma once

#include <string>

#include "cli/session/session.hpp"

namespace kplane::cli {

/// A whole file, at most 1 GiB; `-` is the standard input. @throws ConfigError that names it
[[nodiscard]] std::string read_input(const Session& session, const std::string& path);

}  // namespace kplane::cli
