// The identity of a Resource, and the URL paths of its objects.
#pragma once

#include <string>
#include <string_view>

namespace kplane::detail {

/// All parts have been checked; the paths are escaped.
struct ResourcePath {
  std::string api_version;
  std::string plural;
  std::string ns{};           ///< empty: all namespaces, or the type has none
  std::string subresource{};  ///< empty: the objects themselves
};

/// @throws ConfigError when either is not valid in a path
[[nodiscard]] ResourcePath make_resource_path(std::string_view api_version, std::string_view plural);

/// The API group of `apps/v1`; empty for core.
[[nodiscard]] std::string_view api_group_of(std::string_view api_version) noexcept;

/// The path of a group-version: `/api/v1`, `/apis/apps/v1`.
[[nodiscard]] std::string group_version_path(std::string_view api_version);
/// @throws ConfigError for a subresource, which belongs to one object
[[nodiscard]] std::string collection_path(const ResourcePath& path);
/// The object, or its subresource. @throws ConfigError when the name is not valid in a path
[[nodiscard]] std::string object_path(const ResourcePath& path, std::string_view name);

}  // namespace kplane::detail
