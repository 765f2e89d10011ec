// How a set of manifests is applied or removed.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <kplane/finalizer_policy.hpp>
#include <kplane/stop.hpp>

namespace kplane {

/// How a set is applied or removed.
struct ManifestOptions {
  std::string ns{};  ///< for objects of namespaced types that name none; empty: Plane::default_namespace()
  std::string field_manager = "kplane-cpp";  ///< who owns the applied fields
  bool force = false;                        ///< take fields that another manager owns
  bool dry_run = false;  ///< the server does everything but store; objects in namespaces and of types that the same set
                         ///< would make then fail
  std::optional<std::chrono::milliseconds> timeout{};  ///< for the whole set on one plane; none: two minutes
  StopToken stop{};  ///< ends the run early: the objects that are not done fail with StoppedError
  /// How long objects that are only marked for deletion are left to the plane's controllers and kubelets, if it has
  /// any, before remove() finishes their deletion itself: ends pods, clears finalizers, finalizes namespaces. apply()
  /// waits as long for a namespace of the set that is being deleted. 0 on a plane that is known to have no controllers
  /// (contract §9) saves that time.
  std::chrono::milliseconds controller_wait{1'000};
  FinalizerPolicy finalizers = FinalizerPolicy::well_known;  ///< which of them remove() clears then
};

}  // namespace kplane
