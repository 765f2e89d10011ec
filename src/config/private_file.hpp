// Files and directories that only their owner can read.
#pragma once

#include <string>
#include <string_view>

namespace kplane::config {

/// Writes or atomically replaces the file, with mode 0600: a concurrent reader of `path` sees the old or the new
/// content, complete. A symbolic link at `path` is replaced, not followed; a device or a pipe is rejected. A failure
/// leaves the old file and no temporary one.
/// @throws ConfigError that names the path and the reason, and never quotes the content
void write_private_file(const std::string& path, std::string_view content);

/// Creates a directory of mode 0700 for temporary files, in `$TMPDIR` or else in `/tmp`.
/// @param prefix of its name. @return its absolute path. @throws ConfigError
[[nodiscard]] std::string make_private_directory(std::string_view prefix);

/// Removes the directory with its contents, its own files first, even if permissions were changed to prevent that, to a
/// depth of 200. Not an error if it does not exist. @throws ConfigError
void remove_private_directory(const std::string& path);

}  // namespace kplane::config
