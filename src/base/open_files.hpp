// The limit of open files: noticing that it is reached, and saying so.
#pragma once

#include <string>

namespace kplane::detail {

/// Whether an errno says that this process, or the machine, can open no more files and sockets.
[[nodiscard]] bool is_out_of_files(int error) noexcept;

/// What that means, and what to do about it.
[[nodiscard]] std::string out_of_files_text();

/// What an errno means; if it is that, also what to do about it.
[[nodiscard]] std::string system_error_text(int error);

/// Whether no more files can be opened now, for failures that come without an errno. Tries a few, so it is for
/// failures only.
[[nodiscard]] bool lacks_files() noexcept;

}  // namespace kplane::detail
