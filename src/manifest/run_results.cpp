#include "manifest/run_results.hpp"

#include "manifest/manifest_plan.hpp"

namespace kplane::detail {

RunResults::RunResults(const Manifests& set) {
  all_.reserve(set.size());
  // Without its text, of which thousands of planes would keep as many copies.
  for (const Manifest& manifest : set) {
    all_.push_back(
        {{manifest.api_version, manifest.kind, manifest.ns, manifest.name, {}, manifest.origin, manifest.subresource}});
  }
}

RunResults begin_results(const ManifestPlan& plan) {
  RunResults results(plan.set);
  if (plan.action == ManifestAction::apply) return results;
  for (std::size_t i = 0; i < plan.set.size(); ++i) {
    if (!plan.set[i].subresource.empty()) results[i].outcome = ManifestOutcome::absent;
  }
  return results;
}

bool RunResults::was_applied(std::size_t index) const noexcept {
  return all_[index].outcome == ManifestOutcome::created || all_[index].outcome == ManifestOutcome::updated;
}

bool RunResults::has_applied_namespace(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < all_.size(); ++i) {
    const Manifest& manifest = all_[i].manifest;
    if (manifest.name == name && stage_of(manifest) == ManifestStage::ns && was_applied(i)) return true;
  }
  return false;
}

void RunResults::note_removed_namespace(std::string_view name) {
  for (ManifestResult& result : all_) {
    if (result.outcome != ManifestOutcome::lingers || result.manifest.ns != name) continue;
    result.outcome = ManifestOutcome::removed;
    result.detail.clear();
  }
}

}  // namespace kplane::detail
