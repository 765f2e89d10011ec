// The object or collection that a request refers to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kplane::detail {

/// An object or a collection, as named by a path.
struct WriteTarget {
  std::string api_version;
  std::string plural;
  std::string ns{};           ///< empty: all namespaces, or the type has none
  std::string name{};         ///< empty: the collection
  std::string subresource{};  ///< empty: the object itself
};

/// @param path below a plane, escaped, without the query. @return nullopt when it is not a path of the Kubernetes API
[[nodiscard]] std::optional<WriteTarget> write_target(std::string_view path);

}  // namespace kplane::detail
