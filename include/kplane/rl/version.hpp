#pragma once

#include <string_view>

#include <kplane/export.hpp>

namespace kplane::rl {

/// The version of the library kplane::rl at run time, such as `0.1.0`. With shared libraries it may differ from
/// kplane::version(), that of the core, and from KPLANE_VERSION_STRING, that of the headers. Valid for the life of the
/// process; no cost.
[[nodiscard]] KPLANE_API std::string_view version() noexcept;

}  // namespace kplane::rl
