#include <algorithm>
#include <string>
#include <utility>

#include <kplane/manifest_results.hpp>

namespace kplane {

namespace {

bool is_failed(const ManifestResult& result) noexcept { return result.outcome == ManifestOutcome::failed; }

}  // namespace

ManifestResults::ManifestResults(Plane plane, std::vector<ManifestResult> all)
    : plane_(std::move(plane)), all_(std::make_shared<const std::vector<ManifestResult>>(std::move(all))) {}

std::size_t ManifestResults::failed() const noexcept {
  return static_cast<std::size_t>(std::count_if(all_->begin(), all_->end(), is_failed));
}

std::size_t ManifestResults::lingering() const noexcept {
  return static_cast<std::size_t>(std::count_if(all_->begin(), all_->end(), [](const ManifestResult& result) {
    return result.outcome == ManifestOutcome::lingers;
  }));
}

ManifestResult ManifestResults::operator[](std::size_t index) && { return (*all_)[index]; }

void ManifestResults::raise_if_failed() const {
  const auto first = std::find_if(all_->begin(), all_->end(), is_failed);
  if (first == all_->end()) return;
  if (first->error) first->error->raise();
  throw Error(first->manifest.kind + ' ' + first->manifest.name + " failed");
}

}  // namespace kplane
