#pragma once

#include <string>
#include <string_view>

namespace kplane::cli::reporting {

/// Writes a file as a whole or not at all: what stood there stays until the new one is complete. For its owner alone,
/// since it may hold what planes held. What is no regular file, such as a pipe, is written to as it is.
/// @throws ConfigError when it cannot be written
void write_output_file(const std::string& path, std::string_view text);

}  // namespace kplane::cli::reporting
