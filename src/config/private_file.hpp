// Files and directories that only their owner can read.
#pragma once

#include <string>
#include <string_view>

namespace kplane::config {

/// Writes the file, or replaces it, with mode 0600: whoever reads `path` meanwhile finds the old content or the new
/// one, whole. A symbolic link at `path` is replaced, not followed; a device or a pipe is refused. A failure leaves
/// what was there, and nothing beside it.
/// @throws ConfigError that names the path and the reason, and never quotes the content
void write_private_file(const std::string& path, std::string_view content);

/// Makes a new directory of mode 0700 for temporary files, in `$TMPDIR` or else in `/tmp`.
/// @param prefix of its name. @return its absolute path. @throws ConfigError
[[nodiscard]] std::string make_private_directory(std::string_view prefix);

/// Removes the directory with all that is in it, its own files first, and also what somebody protected from being
/// removed. One that is not there is no error. @throws ConfigError
void remove_private_directory(const std::string& path);

}  // namespace kplane::config
