// The form of a plane's ID (contract §1).
#pragma once

#include <string_view>

namespace kplane::codec {

/// Whether `text` matches `^[A-Za-z0-9][A-Za-z0-9_.-]*$`. What does not must never become a part of a URL.
[[nodiscard]] bool is_cluster_id(std::string_view text) noexcept;

}  // namespace kplane::codec
