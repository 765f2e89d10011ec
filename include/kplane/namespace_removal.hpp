// Options and result of removing a namespace with its contents.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <kplane/finalizer_policy.hpp>
#include <kplane/stop.hpp>

namespace kplane {

/// Options of Plane::remove_namespace(). A plain aggregate: use designated initialisers.
struct RemoveNamespaceOptions {
  /// How long to give the plane's own controllers and kubelets, if it has any, to end pods, clear finalizers and
  /// finalize the namespace. Set it to 0 for a plane known to have none (contract §9).
  std::chrono::milliseconds controller_wait{1'000};
  FinalizerPolicy finalizers = FinalizerPolicy::well_known;  ///< of what is in the namespace, after controller_wait
  std::optional<std::chrono::milliseconds> timeout{};        ///< for the whole call; none: two minutes
  StopToken stop{};  ///< ends the call early, with StoppedError; it can be repeated
};

/// An object that is marked for deletion but not gone.
struct HeldObject {
  std::string api_version{};  ///< such as `v1`
  std::string plural{};       ///< of its type: `configmaps`
  std::string ns{};           ///< empty: the object is in no namespace
  std::string name{};         ///< of the object
  std::string why{};          ///< for people: deletionTimestamp, grace period, finalizers
};

/// The outcome of Plane::remove_namespace().
struct NamespaceRemoval {
  bool existed = false;  ///< the namespace existed

  /// It is gone, with everything that was in it. Somebody may have created another namespace of that name since; this
  /// call leaves it alone.
  bool gone = false;

  bool finalized = false;          ///< this call finalized it, because no controller had done so in time
  std::vector<HeldObject> held{};  ///< why it is not gone: at most 100 of the objects that block it

  /// Whether it is gone.
  [[nodiscard]] explicit operator bool() const noexcept { return gone; }
};

}  // namespace kplane
