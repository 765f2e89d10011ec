#pragma once

#include <memory>
#include <string>

#include <kplane/batch_options.hpp>
#include <kplane/error.hpp>
#include <kplane/export.hpp>
#include <kplane/handle.hpp>
#include <kplane/plane.hpp>
#include <kplane/snapshot.hpp>

namespace kplane {

/// One plane's part of a batch: either its Snapshot or the error that occurred instead. An error affects only its own
/// plane.
///
/// Thread safety: as a value. After its snapshot was moved out, reading the snapshot throws std::logic_error; plane and
/// error remain.
class KPLANE_API StateResult {
 public:
  /// The result of a plane that was read.
  StateResult(Plane plane, Snapshot snapshot);
  /// The result of a plane that could not be read.
  StateResult(Plane plane, std::shared_ptr<const Error> error);
  StateResult(const StateResult&) = default;
  StateResult& operator=(const StateResult&) = default;
  /// Takes the snapshot of `other`, and copies its plane and error.
  StateResult(StateResult&& other) noexcept;
  /// Takes the snapshot of `other`, and copies its plane and error.
  StateResult& operator=(StateResult&& other) noexcept;
  ~StateResult() = default;

  /// The plane that was read.
  [[nodiscard]] const Plane& plane() const& noexcept { return plane_; }
  [[nodiscard]] Plane plane() &&;

  /// The plane's ID.
  [[nodiscard]] const std::string& cluster() const& noexcept { return plane_.cluster(); }
  [[nodiscard]] std::string cluster() &&;

  /// Whether there is a snapshot.
  [[nodiscard]] explicit operator bool() const noexcept { return !error_; }

  /// The snapshot. @throws the plane's own error when there is none.
  [[nodiscard]] const Snapshot& operator*() const&;
  [[nodiscard]] Snapshot operator*() &&;
  /// A member of the snapshot. @throws the plane's own error when there is none.
  [[nodiscard]] const Snapshot* operator->() const& { return &**this; }
  const Snapshot* operator->() const&& = delete;  ///< the pointer would dangle: name the result

  /// Why there is no snapshot. `error().raise()` throws it as its own type.
  /// @throws std::logic_error when there is a snapshot.
  [[nodiscard]] const Error& error() const&;
  const Error& error() const&& = delete;

 private:
  void check_snapshot() const;

  Plane plane_;
  Snapshot snapshot_;
  detail::Handle<const Error> error_;  // none: there is a snapshot
  bool is_taken_ = false;              // its snapshot was moved away
};

}  // namespace kplane
