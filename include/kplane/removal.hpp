#pragma once

#include <optional>
#include <string>
#include <type_traits>

#include <kplane/export.hpp>
#include <kplane/object.hpp>

namespace kplane {

/// The outcome of a delete: whether the object existed, and whether it is gone. Converts to a `bool` that says whether
/// it existed: `if (pods.remove("web"))`.
///
/// A delete is a request: the object stays, marked with a deletionTimestamp, while it has finalizers or a grace period
/// (contract §9). On a plane without controllers nothing clears those, and the object stays for ever: after a
/// foreground or orphan deletion; a Pod with a node, until it is deleted with a grace period of 0; a Namespace (see
/// Plane::remove_namespace()); a PersistentVolumeClaim or PersistentVolume; a Job or ReplicationController deleted
/// without Propagation::background.
///
/// Thread safety: as a value.
class KPLANE_API Removal {
 public:
  /// The object did not exist.
  Removal() noexcept = default;
  /// The object existed. @param answered the object that the server answered with, if any
  explicit Removal(std::optional<Object> answered);

  /// Whether the object existed.
  [[nodiscard]] bool existed() const noexcept { return existed_; }
  /// Whether it no longer exists: it was deleted at once, or did not exist before. For a dry run: whether that would be
  /// so.
  [[nodiscard]] bool gone() const noexcept { return !lingers_; }
  /// Whether it is only marked for deletion: see held_by(), and conditions::gone() to wait.
  [[nodiscard]] bool lingers() const noexcept { return lingers_; }

  /// The object from the server's answer, marked for deletion or in its last form; for many types the server returns
  /// none once the object is gone.
  [[nodiscard]] const std::optional<Object>& object() const& noexcept { return object_; }
  /// What blocks the deletion of a lingering object, for people: deletionTimestamp, grace period, finalizers. Empty
  /// when it is gone.
  [[nodiscard]] std::string held_by() const;

  /// existed(). Converts to bool only.
  template <class Bool, class = std::enable_if_t<std::is_same_v<Bool, bool>>>
  operator Bool() const noexcept {  // NOLINT(google-explicit-constructor): what returns it once returned a bool
    return existed_;
  }
  friend bool operator==(const Removal& a, bool b) noexcept { return a.existed_ == b; }
  friend bool operator!=(const Removal& a, bool b) noexcept { return a.existed_ != b; }

 private:
  bool existed_ = false;
  bool lingers_ = false;
  std::optional<Object> object_;
};

}  // namespace kplane
