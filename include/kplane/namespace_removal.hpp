// The options and the result of removing a namespace with its contents.
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
  /// How long the plane's own controllers and kubelets, if it has any, are left to end pods, clear finalizers and
  /// finalize the namespace. 0 on a plane that is known to have none (contract §9) saves that time.
  std::chrono::milliseconds controller_wait{1'000};
  FinalizerPolicy finalizers = FinalizerPolicy::well_known;  ///< of what is in the namespace, after controller_wait
  std::optional<std::chrono::milliseconds> timeout{};        ///< for the whole call; none: two minutes
  StopToken stop{};  ///< ends the call early, with StoppedError; it can be repeated
};

/// An object that is marked for deletion, but that something holds.
struct HeldObject {
  std::string api_version{};  ///< such as `v1`
  std::string plural{};       ///< of its type: `configmaps`
  std::string ns{};           ///< empty: the object is in no namespace
  std::string name{};         ///< of the object
  std::string why{};          ///< for people: deletionTimestamp, grace period, finalizers
};

/// What became of a namespace.
struct NamespaceRemoval {
  bool existed = false;  ///< there was such a namespace

  /// It is gone, and so is all that was in it. Another namespace of that name may exist by then: one that somebody has
  /// made since, which this call leaves alone.
  bool gone = false;

  bool finalized = false;          ///< because this call finalized it: no controller had done so in time
  std::vector<HeldObject> held{};  ///< why it is not gone: at most 100 of what holds it

  /// Whether it is gone.
  [[nodiscard]] explicit operator bool() const noexcept { return gone; }
};

}  // namespace kplane
