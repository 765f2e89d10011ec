#pragma once

#include <string_view>

namespace kplane::detail {

/// Whether a server creates a namespace of this name in every plane.
[[nodiscard]] bool is_system_namespace(std::string_view ns) noexcept;

/// Whether a server refuses to delete the namespace of this name.
[[nodiscard]] bool is_undeletable_namespace(std::string_view ns) noexcept;

}  // namespace kplane::detail
