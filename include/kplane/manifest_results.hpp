#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include <kplane/export.hpp>
#include <kplane/handle.hpp>
#include <kplane/manifest.hpp>
#include <kplane/plane.hpp>

namespace kplane {

/// The outcome of a set on one plane: one result for each object, in the order of the set.
///
/// Thread safety: immutable.
/// Cost: copying, and moving, is a reference count.
class KPLANE_API ManifestResults {
 public:
  /// The results of one plane.
  ManifestResults(Plane plane, std::vector<ManifestResult> all);

  /// The plane that the set was applied to, or removed from.
  [[nodiscard]] const Plane& plane() const& noexcept { return plane_; }
  [[nodiscard]] Plane plane() && { return plane_; }
  /// Whether nothing failed.
  [[nodiscard]] explicit operator bool() const noexcept { return failed() == 0; }
  /// How many objects failed.
  [[nodiscard]] std::size_t failed() const noexcept;
  /// How many objects are marked for deletion but not gone.
  [[nodiscard]] std::size_t lingering() const noexcept;
  /// Throws the first error, if there is one, as its own type.
  void raise_if_failed() const;

  /// How many results there are: one for each object of the set.
  [[nodiscard]] std::size_t size() const noexcept { return all_->size(); }
  /// A result, in the order of the set; `index` is less than size().
  [[nodiscard]] const ManifestResult& operator[](std::size_t index) const& noexcept { return (*all_)[index]; }
  [[nodiscard]] ManifestResult operator[](std::size_t index) &&;
  /// The first result.
  [[nodiscard]] std::vector<ManifestResult>::const_iterator begin() const& noexcept { return all_->begin(); }
  std::vector<ManifestResult>::const_iterator begin() const&& = delete;  ///< it would point into a temporary
  /// Past the last result.
  [[nodiscard]] std::vector<ManifestResult>::const_iterator end() const noexcept { return all_->end(); }

 private:
  Plane plane_;
  detail::Handle<const std::vector<ManifestResult>> all_;
};

/// Called when a plane of a batch is done: planes done, planes in all, and the results of this one. On the thread that
/// finished the plane, which is the calling one unless BatchOptions::threads says more; never by two threads at once.
using ManifestProgress = std::function<void(std::size_t done, std::size_t planes, const ManifestResults& latest)>;

}  // namespace kplane
