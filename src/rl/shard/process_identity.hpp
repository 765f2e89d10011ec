// Which process of which machine this is, so that another one there can tell whether it is gone.
#pragma once

#include <string>

namespace kplane::rl::detail {

/// This process; empty where the system does not say.
[[nodiscard]] std::string process_identity();

/// Whether the process of that identity is known to be gone. One of another machine, or of another container, is not.
[[nodiscard]] bool is_gone(const std::string& identity);

}  // namespace kplane::rl::detail
