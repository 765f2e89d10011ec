// Names of a state's types for messages. They come from the server.
#pragma once

#include <cstddef>
#include <string>
#include <tuple>
#include <vector>

#include <kplane/snapshot.hpp>

#include "base/excerpt.hpp"

namespace kplane::detail {

/// As kubectl writes it: `deployments.apps`.
[[nodiscard]] inline std::string type_name(const SnapshotResource& type) {
  return type.group.empty() ? type.resource : type.resource + '.' + type.group;
}

/// Comma-separated names, and the number of those beyond `most`.
[[nodiscard]] inline std::string list_of_types(const std::vector<std::string>& names, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) text += (i == 0 ? "" : ", ") + excerpt(names[i]);
  if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
  return text;
}

/// The order of types in states and changes.
[[nodiscard]] inline bool is_type_before(const SnapshotResource& a, const SnapshotResource& b) noexcept {
  return std::tie(a.group, a.resource) < std::tie(b.group, b.resource);
}

}  // namespace kplane::detail
