// The current object of a run over a set.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "codec/api_resources.hpp"
#include "manifest/manifest_plan.hpp"
#include "manifest/run_results.hpp"

namespace kplane::detail {

/// An object that is only marked for deletion.
struct LingeringManifest {
  std::size_t index;  ///< in the set
  codec::ApiResource type;
  std::string uid;
  TimePoint forced_from;  ///< when the controllers' time ends
};

/// Visits the objects in the order of the plan, then the lingering ones once more.
class ManifestCursor {
 public:
  /// The plan must outlive this.
  explicit ManifestCursor(const ManifestPlan& plan) noexcept : plan_(plan) {}

  [[nodiscard]] bool at_end() const noexcept { return position_ == plan_.order.size() + lingering_.size(); }
  /// Moves to the next object; skips one that lingered but, according to the results, no longer does.
  void advance(const RunResults& results) noexcept;
  /// Visits the object once more at the end.
  void revisit(LingeringManifest object) { lingering_.push_back(std::move(object)); }

  // Only while not at the end:
  /// The object's index in the set.
  [[nodiscard]] std::size_t index() const noexcept;
  [[nodiscard]] const Manifest& manifest() const noexcept { return plan_.set[index()]; }
  [[nodiscard]] ManifestStage stage() const noexcept { return stage_of(manifest()); }
  /// The object if this is its second visit; nullptr on the first one. Valid until the next revisit().
  [[nodiscard]] const LingeringManifest* lingering() const noexcept;

 private:
  const ManifestPlan& plan_;
  std::vector<LingeringManifest> lingering_;
  std::size_t position_ = 0;  // in the plan's order, then in lingering_
};

}  // namespace kplane::detail
