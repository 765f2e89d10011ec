// Removal: the outcome of a deletion.
#pragma once

#include <optional>
#include <string>
#include <type_traits>

#include <kplane/export.hpp>
#include <kplane/object.hpp>

namespace kplane {

/// Whether there was an object to delete, and whether it is gone. As a `bool` it says the first: `if
/// (pods.remove("web"))`.
///
/// A deletion is a request: an object stays, marked with a deletionTimestamp, while it has finalizers or a grace period
/// (contract §9). On a plane without controllers nothing clears those, and it stays for ever: after a foreground or
/// an orphan deletion; a Pod with a node, until it is deleted with a grace period of 0; a Namespace, see
/// Plane::remove_namespace(); a PersistentVolumeClaim and a PersistentVolume; a Job and a ReplicationController that
/// were deleted without Propagation::background.
///
/// Thread safety: as a value.
class KPLANE_API Removal {
 public:
  /// There was no such object.
  Removal() noexcept = default;
  /// There was one, and the server answered that its deletion left nothing, or this.
  explicit Removal(std::optional<Object> answered);

  /// Whether there was an object to delete.
  [[nodiscard]] bool existed() const noexcept { return existed_; }
  /// Whether it is not there any more: it went at once, or had gone before. Of a dry run: whether it would be.
  [[nodiscard]] bool gone() const noexcept { return !lingers_; }
  /// Whether it is only marked, and something holds it: see held_by(), and conditions::gone() to wait.
  [[nodiscard]] bool lingers() const noexcept { return lingers_; }

  /// The object as the server answered it, marked or as it was last; for many types the server answers none when the
  /// object is gone.
  [[nodiscard]] const std::optional<Object>& object() const& noexcept { return object_; }
  /// What holds an object that lingers, for people: deletionTimestamp, grace period, finalizers. Empty when it is gone.
  [[nodiscard]] std::string held_by() const;

  /// existed(), and to no other type than bool.
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
