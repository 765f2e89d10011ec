// The results so far of each object of a set on one plane.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include <kplane/manifest.hpp>

namespace kplane::detail {

/// One result for each object, in the order of the set; initially failed.
class RunResults {
 public:
  explicit RunResults(const Manifests& set);

  [[nodiscard]] ManifestResult& operator[](std::size_t index) noexcept { return all_[index]; }
  [[nodiscard]] const ManifestResult& operator[](std::size_t index) const noexcept { return all_[index]; }

  [[nodiscard]] bool was_applied(std::size_t index) const noexcept;
  /// Whether a namespace of this name has been applied.
  [[nodiscard]] bool has_applied_namespace(std::string_view name) const noexcept;
  /// The objects that were only marked for deletion have been removed with their namespace.
  void note_removed_namespace(std::string_view name);

  [[nodiscard]] std::vector<ManifestResult> take() noexcept { return std::move(all_); }

 private:
  std::vector<ManifestResult> all_;
};

struct ManifestPlan;

/// The results before a run. Removing a subresource needs no work.
[[nodiscard]] RunResults begin_results(const ManifestPlan& plan);

}  // namespace kplane::detail
