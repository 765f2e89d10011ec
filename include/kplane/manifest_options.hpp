#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <kplane/finalizer_policy.hpp>
#include <kplane/stop.hpp>

namespace kplane {

/// How a set of manifests is applied or removed.
struct ManifestOptions {
  std::string ns{};  ///< for objects of namespaced types that name none; empty: Plane::default_namespace()
  std::string field_manager = "kplane-cpp";  ///< who owns the applied fields
  bool force = false;                        ///< take over fields that another manager owns
  bool dry_run =
      false;  ///< the server does everything but store; objects fail whose namespace or type the same set would create
  std::optional<std::chrono::milliseconds> timeout{};  ///< for the whole set on one plane; none: two minutes
  StopToken stop{};  ///< ends the run early: objects not done by then fail with StoppedError
  /// How long to leave objects that are marked for deletion to the plane's controllers and kubelets, if it has any,
  /// before remove() finishes the deletion itself: it then deletes pods with no grace period, clears finalizers and
  /// finalizes namespaces. apply() waits as long for a namespace of the set that is being deleted. Set it to 0 for a
  /// plane known to have no controllers (contract §9).
  std::chrono::milliseconds controller_wait{1'000};
  FinalizerPolicy finalizers = FinalizerPolicy::well_known;  ///< which of them remove() clears then
};

}  // namespace kplane
