// The one rule by which resource versions are compared.
#pragma once

#include <string_view>

#include <kplane/export.hpp>

namespace kplane {

/// How two resource versions relate.
enum class VersionOrder {
  same,       ///< the same version
  older,      ///< the first is older
  newer,      ///< the first is newer
  unordered,  ///< they differ, and which of them came first cannot be told
};

/// Compares two resource versions (`metadata.resourceVersion`). Kubernetes' own are decimal numbers that count up
/// ("Resource versions" in the Kubernetes API concepts), on kplane one count for all planes of a server (contract §10):
/// where both are decimal they are compared as numbers, of any length. Elsewhere only their equality counts.
[[nodiscard]] KPLANE_API VersionOrder compare_resource_versions(std::string_view version,
                                                                std::string_view other) noexcept;

/// Whether an object that is seen at version `seen` shows the write that made version `written` of it: it is the same
/// version, or a newer one.
[[nodiscard]] KPLANE_API bool shows_version(std::string_view seen, std::string_view written) noexcept;

}  // namespace kplane
