// The order in which the objects of a set are applied or removed.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include <kplane/manifest.hpp>
#include <kplane/manifest_options.hpp>

namespace kplane::detail {

enum class ManifestAction { apply, remove };

/// Objects of a stage are applied after all of the stages before it.
enum class ManifestStage { ns, crd, rest };

[[nodiscard]] ManifestStage stage_of(const Manifest& manifest) noexcept;

/// The same for all planes; refers to the set and the options, which must outlive it.
struct ManifestPlan {
  const Manifests& set;
  const ManifestOptions& options;
  ManifestAction action;
  std::vector<std::size_t> order{};                                   ///< indices of the set
  std::unordered_map<std::string, std::size_t> definition_of_kind{};  ///< `GROUP/KIND` → index of its CRD in the set
};

/// Namespaces, then CRDs, then the others, each in the order of the set; reversed for a removal.
/// @throws ConfigError that says which object cannot be sent, and why
[[nodiscard]] ManifestPlan make_plan(const Manifests& set, const ManifestOptions& options, ManifestAction action);

/// The index of the CRD in the set that defines the object's kind; nullptr when there is none.
[[nodiscard]] const std::size_t* definition_of(const ManifestPlan& plan, const Manifest& manifest);

/// `kind namespace/name`, for errors.
[[nodiscard]] std::string describe(const Manifest& manifest);

}  // namespace kplane::detail
