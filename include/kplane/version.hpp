// The single place that defines the library's version. CMake reads it from here.
#pragma once

#include <string_view>

#include <kplane/export.hpp>

#define KPLANE_VERSION_MAJOR 0
#define KPLANE_VERSION_MINOR 1
#define KPLANE_VERSION_PATCH 0
#define KPLANE_VERSION_STRING "0.1.0"

namespace kplane {

/// The version of the library at run time, such as `0.1.0`. With a shared library it may be newer than
/// KPLANE_VERSION_STRING, the version of the headers at compile time. Valid for the life of the process; no cost.
[[nodiscard]] KPLANE_API std::string_view version() noexcept;

}  // namespace kplane
