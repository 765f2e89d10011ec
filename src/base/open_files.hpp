// Detects that the open-file limit is reached, and explains it.
#pragma once

#include <string>

namespace kplane::detail {

/// Whether an errno means that this process, or the machine, cannot open more files and sockets.
[[nodiscard]] bool is_out_of_files(int error) noexcept;

/// Explains that, and what to do about it.
[[nodiscard]] std::string out_of_files_text();

/// The text of an errno; for the above, out_of_files_text().
[[nodiscard]] std::string system_error_text(int error);

/// Whether no more files can be opened now, for failures without an errno. It opens a few, so call it only after a
/// failure.
[[nodiscard]] bool lacks_files() noexcept;

}  // namespace kplane::detail
