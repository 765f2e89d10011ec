// RestoreResult: what became of one plane that was restored or purged.
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

/// One plane's part of Client::restore(): what was undone, and why it is not as it should be, if it is not. An error
/// affects only its own plane.
///
/// Thread safety: immutable.
/// Cost: copying, and moving, is a reference count.
class KPLANE_API RestoreResult {
 public:
  /// The result of one plane. @param error nullptr: none
  RestoreResult(Plane plane, Vector<Change> undone, std::shared_ptr<const Error> error);

  /// The plane that was restored.
  [[nodiscard]] const Plane& plane() const& noexcept { return plane_; }
  [[nodiscard]] Plane plane() && { return plane_; }

  /// Whether the plane is as it should be.
  [[nodiscard]] explicit operator bool() const noexcept { return !error_; }

  /// What the episode had done, from the baseline to the plane as it was, and is undone now.
  [[nodiscard]] const Vector<Change>& undone() const& noexcept { return *undone_; }
  [[nodiscard]] Vector<Change> undone() && { return *undone_; }

  /// Why the plane is not as it should be: NotPristine with what is left, or what kept it from being read at all.
  /// @throws std::logic_error when it is
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
