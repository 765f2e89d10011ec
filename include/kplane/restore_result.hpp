#pragma once

#include <memory>

#include <kplane/baseline.hpp>
#include <kplane/diff.hpp>
#include <kplane/error.hpp>
#include <kplane/export.hpp>
#include <kplane/handle.hpp>
#include <kplane/plane.hpp>
#include <kplane/vector.hpp>

namespace kplane {

/// One plane's part of Client::restore() or Client::purge(): what was undone, and the error, if any. An error affects
/// only its own plane.
///
/// Thread safety: immutable.
/// Cost: copying, and moving, is a reference count.
class KPLANE_API RestoreResult {
 public:
  /// The result of one plane. @param error nullptr on success
  RestoreResult(Plane plane, Vector<Change> undone, std::shared_ptr<const Error> error);

  /// The plane that was restored.
  [[nodiscard]] const Plane& plane() const& noexcept { return plane_; }
  [[nodiscard]] Plane plane() && { return plane_; }

  /// Whether the plane was restored completely.
  [[nodiscard]] explicit operator bool() const noexcept { return !error_; }

  /// The changes that were undone, from the baseline to the plane as it was.
  [[nodiscard]] const Vector<Change>& undone() const& noexcept { return *undone_; }
  [[nodiscard]] Vector<Change> undone() && { return *undone_; }

  /// Why the plane was not restored: NotPristine with the remaining differences, or the error that prevented reading
  /// it.
  /// @throws std::logic_error when it was
  [[nodiscard]] const Error& error() const&;
  const Error& error() const&& = delete;

  /// Throws the error, if there is one, as its own type.
  void raise_if_failed() const;

 private:
  Plane plane_;
  detail::Handle<const Vector<Change>> undone_;
  detail::Handle<const Error> error_;
};

}  // namespace kplane
